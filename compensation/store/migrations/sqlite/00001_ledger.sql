-- +goose Up
CREATE TABLE ledger_batch (
  seq  INTEGER PRIMARY KEY CHECK (seq > 0),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  size INTEGER NOT NULL CHECK (size >= 0)
) STRICT;

CREATE TABLE ledger_entry (
  seq       INTEGER NOT NULL REFERENCES ledger_batch (seq),
  nth       INTEGER NOT NULL CHECK (nth > 0),
  line      BLOB NOT NULL,
  posted_in TEXT NOT NULL,
  payee     TEXT NOT NULL,
  kind      TEXT NOT NULL,
  currency  TEXT NOT NULL,
  amount    TEXT NOT NULL,
  PRIMARY KEY (seq, nth)
) STRICT, WITHOUT ROWID;

CREATE INDEX ledger_entry_payee ON ledger_entry (payee, posted_in);

-- +goose StatementBegin
CREATE TRIGGER ledger_batch_stays BEFORE UPDATE ON ledger_batch
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: post another entry'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_batch_is_kept BEFORE DELETE ON ledger_batch
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: post another entry'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_entry_stays BEFORE UPDATE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: post another entry'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_entry_is_kept BEFORE DELETE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: post another entry'); END;
-- +goose StatementEnd

-- +goose Down
-- Nothing is ever deleted. To begin anew, begin with a new file.
SELECT 1;
