-- Products, locations, routes and types cannot be brought back: take a backup first.
DROP TABLE cabinet_types;
DROP TABLE device_types;
DROP TABLE routes;
DROP TABLE locations;
DROP TABLE products;
