-- +goose Up
CREATE TABLE fact_batch (
  position  INTEGER PRIMARY KEY CHECK (position > 0),
  actor     TEXT NOT NULL CHECK (actor <> ''),
  loaded_at TEXT NOT NULL,
  reason    TEXT NOT NULL,
  size      INTEGER NOT NULL CHECK (size > 0)
) STRICT;

CREATE TABLE fact (
  position       INTEGER NOT NULL REFERENCES fact_batch (position),
  nth            INTEGER NOT NULL CHECK (nth > 0),
  kind           TEXT NOT NULL,
  key            TEXT NOT NULL,
  effective_from TEXT,
  effective_to   TEXT,
  content        TEXT NOT NULL,
  PRIMARY KEY (position, nth)
) STRICT, WITHOUT ROWID;

CREATE INDEX fact_key ON fact (kind, key, position);

-- +goose StatementBegin
CREATE TRIGGER fact_batch_stays BEFORE UPDATE ON fact_batch
BEGIN SELECT RAISE(ABORT, 'facts are append-only: load a correction'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER fact_batch_is_kept BEFORE DELETE ON fact_batch
BEGIN SELECT RAISE(ABORT, 'facts are append-only: load a correction'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER fact_stays BEFORE UPDATE ON fact
BEGIN SELECT RAISE(ABORT, 'facts are append-only: load a correction'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER fact_is_kept BEFORE DELETE ON fact
BEGIN SELECT RAISE(ABORT, 'facts are append-only: load a correction'); END;
-- +goose StatementEnd

-- +goose Down
-- Nothing is ever deleted. To begin anew, begin with a new file.
SELECT 1;
