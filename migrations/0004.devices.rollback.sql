-- Devices and planograms cannot be brought back: take a backup first.
DROP TABLE slot_arrangements;
DROP TABLE planogram_changes;
DROP TABLE slots;
DROP TABLE cabinets;
DROP TABLE devices;
