-- Who owns these tables can drop them. Give the program another account, with
--   GRANT SELECT, INSERT ON fact_batch, fact TO program;
-- and migrate as the owner.

-- +goose Up
CREATE TABLE fact_batch (
  position  bigint PRIMARY KEY CHECK (position > 0),
  actor     text NOT NULL CHECK (actor <> ''),
  loaded_at text NOT NULL,
  reason    text NOT NULL,
  size      bigint NOT NULL CHECK (size > 0)
);

CREATE TABLE fact (
  position       bigint NOT NULL REFERENCES fact_batch (position),
  nth            bigint NOT NULL CHECK (nth > 0),
  kind           text NOT NULL,
  key            text NOT NULL,
  effective_from text,
  effective_to   text,
  content        text NOT NULL,
  PRIMARY KEY (position, nth)
);

CREATE INDEX fact_key ON fact (kind, key, position);

-- +goose StatementBegin
CREATE FUNCTION facts_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'facts are append-only: load a correction'; END;
$$;
-- +goose StatementEnd

CREATE TRIGGER fact_batch_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON fact_batch FOR EACH STATEMENT EXECUTE FUNCTION facts_stay();
CREATE TRIGGER fact_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON fact FOR EACH STATEMENT EXECUTE FUNCTION facts_stay();
REVOKE UPDATE, DELETE, TRUNCATE ON fact_batch, fact FROM PUBLIC;

-- +goose Down
-- Nothing is ever deleted. To begin anew, begin with a new database.
SELECT 1;
