-- The name of the channel on which saves are told. Who may connect to the database may listen on every channel whose name they
-- know; so it is a secret of those who may read the table.
-- needs 1
ALTER TABLE head ADD COLUMN channel text NOT NULL DEFAULT 'tracker_' || gen_random_uuid();
