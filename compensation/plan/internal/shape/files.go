package shape

// files are the entries of files: a mapping for each kind of rows, or several.
func files() Type { return names(either(nested(File()), list(nested(File())))) }

// File says how some files are written, as the export of another system comes.
func File() Block {
	b := block("file mapping", "How files of one kind are written: an export is read as it comes, by naming its columns.",
		need("read", texts(), "The files, as patterns of names within the folder; .jsonl holds JSON lines, the others are CSV.", "exports/opportunities-*.csv"),
		may("columns", names(text()), "What the files call a column, by our name for it; one that is not here has our name. In JSON lines, a path of keys with dots.",
			example(`{"id": "Opportunity ID", "closed": "Close Date", "seller": "owner.email"}`)),
		may("always", names(either(text(), form(""))), "The text of columns that the files don't have.", example(`{"edge": "manager"}`)),
		may("values", names(names(text())), "By column, what stands there and our word for it.", example(`{"kind": {"New Business": "new", "Upsell": "expansion"}}`)),
		may("numbers", word("plain", "1,234.50", "1.234,50", "1 234,50", "1'234.50"), "How the files write 1234.5; plain is 1234.50, the default.", "1,234.50"),
		may("currency sign", text(), "What may stand before or after an amount of money, and nothing else.", "$", "€"),
		may("negative", word("-12.00", "(12.00)", "12.00-"), "How the files write -12; with a minus before it when left out.", "(12.00)"),
		may("dates", either(text(), names(text())), "The pattern of days or moments, for all columns or by column: YYYY, MM or M, DD or D, MMM, hh or h, mm, ss, sss, AM, Z.",
			"MM/DD/YYYY", "YYYY-MM-DDThh:mm:ssZ"),
		may("zone", text(), "The time zone whose days count, for patterns with a time, and only for them.", "America/New_York"),
		may("separator", word(",", ";", "|", "tab"), "What stands between the fields of CSV; a comma when left out, a tab in files named .tsv.", ";"),
		may("encoding", word("utf-8"), "UTF-8, and nothing else.", "utf-8"),
	)
	return b
}
