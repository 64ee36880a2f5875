#!/bin/bash
# Makes the users of the dashboard when the container of the database starts for the first time. See compose.yaml.
set -euo pipefail
for area in data private state; do
  password=PASSWORD_${area^^}
  psql --quiet --username postgres --dbname tracker <<END
CREATE ROLE tracker_$area NOLOGIN;
CREATE ROLE dashboard_$area LOGIN PASSWORD '${!password}' IN ROLE tracker_$area;
END
done
