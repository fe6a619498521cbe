-- Who owns these tables can drop them. Give the program another account, with
--   GRANT SELECT, INSERT ON ledger_batch, ledger_entry TO program;
-- and migrate as the owner.

-- +goose Up
CREATE TABLE ledger_batch (
  seq  bigint PRIMARY KEY CHECK (seq > 0),
  hash bytea NOT NULL CHECK (length(hash) = 32),
  size bigint NOT NULL CHECK (size >= 0)
);

CREATE TABLE ledger_entry (
  seq       bigint NOT NULL REFERENCES ledger_batch (seq),
  nth       bigint NOT NULL CHECK (nth > 0),
  line      bytea NOT NULL,
  posted_in text NOT NULL,
  payee     text NOT NULL,
  kind      text NOT NULL,
  currency  text NOT NULL,
  amount    text NOT NULL,
  PRIMARY KEY (seq, nth)
);

CREATE INDEX ledger_entry_payee ON ledger_entry (payee, posted_in);

-- +goose StatementBegin
CREATE FUNCTION ledger_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the ledger is append-only: post another entry'; END;
$$;
-- +goose StatementEnd

CREATE TRIGGER ledger_batch_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_batch FOR EACH STATEMENT EXECUTE FUNCTION ledger_stays();
CREATE TRIGGER ledger_entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION ledger_stays();
REVOKE UPDATE, DELETE, TRUNCATE ON ledger_batch, ledger_entry FROM PUBLIC;

-- +goose Down
-- Nothing is ever deleted. To begin anew, begin with a new database.
SELECT 1;
