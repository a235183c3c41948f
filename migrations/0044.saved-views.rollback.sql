-- Views, pins and chosen columns cannot be brought back: take a backup first.
DROP TABLE list_layouts;
DROP TABLE saved_view_pins;
DROP TABLE saved_views;
