package shape

// tables are the rate tables, one block for each kind. A table is of the kind whose key `… by`
// it has.
func tables() []Block {
	return []Block{
		tiered("marginal", "Each slice of an amount at the rate of its own tier.", "The measure whose slices are paid."),
		tiered("whole", "The rate of the tier that is reached, for all of the amount.", "The measure that is looked up."),
		tiered("excess", "The rate of the tier that is reached, for what lies above a base.", "The measure that is looked up and paid.",
			need("base", number(), "What lies above it is paid; an edge like those of the tiers.", "100%", "50_000 USD")),
		pointed("proportional", "A rate that grows in a straight line from point to point, for all of the amount.", "The measure that is looked up and paid."),
		pointed("interpolated", "A value on the straight line between two points.", "What is looked up."),
		tiered("step", "The amount of the tier that is reached.", "What is looked up."),
		matrix(),
		lookup(),
	}
}

// TableBlock is the block of a kind.
func TableBlock(kind string) Block {
	for _, b := range tables() {
		if b.Name == kind+" table" {
			return b
		}
	}
	return Block{}
}

// anyTable is what stands behind the name of a table.
func anyTable() Type {
	var choice []Type
	for _, b := range tables() {
		choice = append(choice, nested(b))
	}
	return either(choice...)
}

// dated is a block that may have versions instead of its content.
func dated(b Block, content string, version ...Key) Block {
	v := block(b.Name+" version", "What the table says on some dates.",
		append([]Key{need("effective", form(rangeForm), "The dates on which it holds, both ends included.", "2026-07-01..")}, version...)...)
	for i := range v.Keys {
		v.Keys[i].Required = v.Keys[i].Required || v.Keys[i].Name == content
	}
	b.Keys = append(b.Keys, may("versions", list(nested(v)), "What it says when, if it changes: by the date of a credit, or the last day of a period."))
	b.OneOf = []string{content, "versions"}
	return b
}

func tiered(kind, about, by string, more ...Key) Block {
	tiers := may("tiers", list(nested(TierOf(kind))), "The tiers, from low to high.", example(`[{"from": "0%", "rate": "6%"}, {"from": "100%", "rate": "9%"}]`))
	if kind == "step" {
		tiers.Examples = []any{example(`[{"from": "80%", "amount": "1_000 USD"}, {"from": "100%", "amount": "2_500 USD"}]`)}
	}
	b := block(kind+" table", about,
		append([]Key{need(kind+" by", text(), by, "bookings"), edges(), edge(), below(kind)}, append(more, tiers)...)...)
	return dated(b, "tiers", tiers)
}

func pointed(kind, about, by string) Block {
	points := may("points", list(nested(TierOf(kind))), "The points, from low to high.", example(`[{"at": "80%", "rate": "50%"}, {"at": "100%", "rate": "100%"}]`))
	b := block(kind+" table", about,
		need(kind+" by", text(), by, "bookings", "attainment"), edges(), below(kind),
		may("beyond", word("flat", "slope"), "What holds past the last point: its value, which is the default, or the last line goes on.", "slope"),
		may("max", value(), "The most that it gives.", "200%", "20_000 USD"), points)
	return dated(b, "points", points)
}

func matrix() Block {
	values := may("values", list(either(value(), list(either(value(), list(either(value(), list(value()))))))), "The values: a list for each edge or name of the first key, in it one for each of the second, and so on.",
		example(`[["0%", "2%"], ["1%", "3%"]]`))
	b := block("matrix table", "A value by two or more keys, each a number with edges or a name.",
		need("matrix by", texts(), "The keys, in the order in which the formula gives them.", []string{"margin", "volume"}),
		may("mode", word("step", "bilinear"), "Whether a cell holds up to the next edge, which is the default, or values lie on lines between.", "bilinear"),
		edge(),
		may("below", word("zero", "first value"), "What holds below the first edge: nothing, which is the default, or its value.", "first value"),
		need("axes", names(list(text())), "For each key its edges from low to high, or its names.", example(`{"margin": ["0%", "10%"], "volume": ["0 USD", "50_000 USD"]}`)), values)
	return dated(b, "values", values)
}

func lookup() Block {
	cell := either(value(), names(either(value(), names(either(value(), names(value()))))))
	rows := may("rows", names(cell), "The value of each name; for several keys, by the first, then by the second.", example(`{"Core": "6%", "Security": "8%"}`))
	b := block("lookup table", "A value for each name of a field, or for each pair of names.",
		need("lookup by", texts(), "The field or fields that are looked up.", "product", []string{"product", "region"}),
		may("default", value(), "The value of names that have no row; without one, each member of an enum needs a row.", "5%"), rows)
	return dated(b, "rows", rows)
}

func edges() Key {
	return may("edges", word("% of quota", "amount"), `What the edges are: parts of the quota ("% of quota", in quotes), or amounts, which is the default.`, "% of quota")
}

func edge() Key {
	return may("edge", word("upper", "lower"), "Which tier an amount equal to an edge belongs to: the upper one, which is the default, or the lower.", "lower")
}

func below(kind string) Key {
	words := []string{"zero", "carry", "extend first rate", "first value"}
	usual := "nothing, which is the default"
	switch kind {
	case "marginal":
		words, usual = words[:3], "the first rate goes on, which is the default"
	case "excess":
		words = words[:3]
	}
	return may("below", word(words...), "What holds below the first edge: "+usual+", or another of these words; with carry nothing, and a measure that ends below zero opens its next window with that.", "zero")
}

// TierOf is a tier of a kind of table, or a point of one that has points.
func TierOf(kind string) Block {
	switch kind {
	case "step":
		return stepTier()
	case "interpolated", "proportional":
		return point(kind)
	}
	return tier()
}

// tier is a step of a rate table.
func tier() Block {
	b := block("tier", "A step of a rate table.",
		may("from", number(), "The edge at which the tier starts; the edge itself belongs to it.", "100%", "450_000 USD"),
		may("above", number(), "The edge behind which the tier starts; the edge itself belongs to the tier below.", "100%"),
		may("to", number(), "The edge at which the next tier starts; it need not be said.", "100%"),
		need("rate", rate(), "The rate that the tier pays: a ratio, or an amount for each of a count.", "9%", "0.5%", "40 USD per unit"),
	)
	b.OneOf = []string{"from", "above"}
	return b
}

// stepTier is a step of a step table.
func stepTier() Block {
	b := tier()
	b.Name, b.One, b.The = "step tier", "a tier of a step table", "the tier"
	b.About = "A step of a table of amounts."
	b.Keys[3] = need("amount", value(), "What the tier gives: an amount, a ratio, or an amount for each of a count.", "2_500 USD", "120%")
	return b
}

// point is a point of an interpolated or proportional table.
func point(kind string) Block {
	b := block(kind+" point", "A point of the line.",
		need("at", number(), "Where the point lies: a part of the quota, or an amount.", "80%", "450_000 USD"))
	b.The = "the point"
	if kind == "proportional" {
		b.Keys = append(b.Keys, need("rate", rate(), "The rate at the point.", "9%"))
		return b
	}
	b.Keys = append(b.Keys,
		may("rate", rate(), "The ratio at the point.", "50%"),
		may("amount", value(), "The amount at the point.", "5_000 USD"))
	b.OneOf = []string{"rate", "amount"}
	return b
}
