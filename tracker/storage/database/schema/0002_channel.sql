-- The name of the channel on which other copies are notified of a save. Every user of the database may listen on a channel
-- whose name they know. So the name is a secret: only a role that may read this table knows it.
-- needs 1
ALTER TABLE head ADD COLUMN channel text NOT NULL DEFAULT 'tracker_' || gen_random_uuid();
