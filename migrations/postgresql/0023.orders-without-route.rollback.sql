-- Before, every order had a route. Those without one get the route "No route", so that no
-- order and no visit is lost. It is made where there is none of that name yet, and archived, so
-- that nothing is planned on it. They stay on it when the database is upgraded again.
INSERT INTO routes (name, archived_at)
SELECT 'No route', max(created_at) FROM service_orders
WHERE route_id IS NULL AND NOT EXISTS (SELECT 1 FROM routes WHERE name = 'No route')
HAVING count(*) > 0;

-- It is found by its name: the eight characters, or what is left, from each position on.
INSERT INTO search_grams (noun, gram, noun_id)
SELECT 'route', grams.gram, r.id
FROM routes r
CROSS JOIN (
    SELECT 'no route' AS gram UNION ALL SELECT 'o route' UNION ALL SELECT ' route'
    UNION ALL SELECT 'route' UNION ALL SELECT 'oute' UNION ALL SELECT 'ute'
    UNION ALL SELECT 'te' UNION ALL SELECT 'e'
) AS grams
WHERE r.name = 'No route'
ON CONFLICT DO NOTHING;

UPDATE service_orders SET route_id = (SELECT min(id) FROM routes WHERE name = 'No route')
WHERE route_id IS NULL;

ALTER TABLE service_orders ALTER COLUMN route_id SET NOT NULL;
