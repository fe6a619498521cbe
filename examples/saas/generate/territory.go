package main

// territory is a patch of the market. One without industries is the list of named
// accounts, which win over every other territory.
type territory struct {
	id, region, segment string
	industries          []string
	accounts            int // how many accounts are in it
	heads               int // how many owners its quota is meant for
	heat                int // demand, in percent of what its quota assumes
}

// The two halves of a divided patch.
var (
	regulated = []string{"Finance", "Healthcare", "Public"}
	open      = []string{"Manufacturing", "Retail", "Technology"}
	both      = []string{"Finance", "Healthcare", "Public", "Manufacturing", "Retail", "Technology"}
)

// territories divides the market: every region, segment and industry is in exactly
// one of them. payproof.yaml says the same in formulas, and a test compares the two.
func territories() []territory {
	return []territory{
		{"T-STRATEGIC", "AMER-East", "Enterprise", nil, 16, 1, 124},

		{"T-AMER-EAST-ENT-1", "AMER-East", "Enterprise", regulated, 28, 2, 104},
		{"T-AMER-EAST-ENT-2", "AMER-East", "Enterprise", open, 28, 2, 126},
		{"T-AMER-WEST-ENT-1", "AMER-West", "Enterprise", regulated, 28, 2, 84},
		{"T-AMER-WEST-ENT-2", "AMER-West", "Enterprise", open, 28, 2, 112},
		{"T-EMEA-NORTH-ENT-1", "EMEA-North", "Enterprise", regulated, 28, 2, 96},
		{"T-EMEA-NORTH-ENT-2", "EMEA-North", "Enterprise", open, 28, 2, 78},
		{"T-EMEA-SOUTH-ENT-1", "EMEA-South", "Enterprise", regulated, 28, 2, 108},
		{"T-EMEA-SOUTH-ENT-2", "EMEA-South", "Enterprise", open, 28, 2, 66},
		{"T-APAC-ENT", "APAC", "Enterprise", both, 28, 2, 92},

		{"T-AMER-EAST-COM-1", "AMER-East", "Commercial", regulated, 36, 2, 126},
		{"T-AMER-EAST-COM-2", "AMER-East", "Commercial", open, 36, 2, 94},
		{"T-AMER-WEST-COM-1", "AMER-West", "Commercial", regulated, 36, 2, 102},
		{"T-AMER-WEST-COM-2", "AMER-West", "Commercial", open, 36, 2, 118},
		{"T-EMEA-NORTH-COM-1", "EMEA-North", "Commercial", regulated, 36, 2, 72},
		{"T-EMEA-NORTH-COM-2", "EMEA-North", "Commercial", open, 36, 2, 106},
		{"T-EMEA-SOUTH-COM-1", "EMEA-South", "Commercial", regulated, 36, 2, 88},
		{"T-EMEA-SOUTH-COM-2", "EMEA-South", "Commercial", open, 36, 2, 114},
		{"T-APAC-COM", "APAC", "Commercial", both, 36, 2, 80},

		{"T-AMER-EAST-SMB-1", "AMER-East", "SMB", regulated, 56, 2, 98},
		{"T-AMER-EAST-SMB-2", "AMER-East", "SMB", open, 56, 2, 122},
		{"T-AMER-WEST-SMB", "AMER-West", "SMB", both, 56, 2, 90},
		{"T-EMEA-NORTH-SMB", "EMEA-North", "SMB", both, 56, 2, 110},
		{"T-EMEA-SOUTH-SMB", "EMEA-South", "SMB", both, 56, 2, 86},
		{"T-APAC-SMB", "APAC", "SMB", both, 28, 1, 100},
	}
}

// holding is an owner edge: a payee owns a share, in percent, of a territory.
type holding struct {
	territory, payee string
	share            int
	span
}

// holdings says who owns what and when. On every day the shares of a territory sum
// to 100, and every account executive holds something.
func holdings() []holding {
	var out []holding
	hold := func(from, until, territory, payee string, share int) {
		out = append(out, holding{territory, payee, share, span{from, until}})
	}
	pair := func(territory, a string, shareOfA int, b string) {
		hold(firstDay, "", territory, a, shareOfA)
		hold(firstDay, "", territory, b, 100-shareOfA)
	}
	// Two colleagues exchange their patches, share by share, on a day.
	trade := func(day, first, a string, shareOfA int, second, b string, shareOfB int) {
		hold(firstDay, dayBefore(day), first, a, shareOfA)
		hold(day, "", first, b, shareOfA)
		hold(firstDay, dayBefore(day), second, b, shareOfB)
		hold(day, "", second, a, shareOfB)
	}
	strategic(hold)
	pair("T-AMER-EAST-ENT-1", "p002", 60, "p003")
	pair("T-AMER-EAST-ENT-2", "p004", 55, "p005")
	resplit(hold)
	pair("T-AMER-WEST-ENT-2", "p016", 60, "p017")
	pair("T-EMEA-NORTH-ENT-1", "p024", 65, "p025")
	pair("T-EMEA-NORTH-ENT-2", "p026", 45, "p027")
	pair("T-EMEA-SOUTH-ENT-1", "p034", 60, "p035")
	departure(hold)
	pair("T-APAC-ENT", "p044", 55, "p045")

	pair("T-AMER-EAST-COM-1", "p006", 40, "p007")
	pair("T-AMER-EAST-COM-2", "p008", 55, "p009")
	promotion(hold)
	hold(firstDay, "", "T-EMEA-NORTH-COM-1", "p028", 60)
	hold(firstDay, "", "T-EMEA-NORTH-COM-2", "p030", 50)
	trade("2026-02-23", "T-EMEA-NORTH-COM-1", "p029", 40, "T-EMEA-NORTH-COM-2", "p031", 50)
	pair("T-EMEA-SOUTH-COM-1", "p038", 65, "p039")
	pair("T-EMEA-SOUTH-COM-2", "p040", 50, "p041")
	joining(hold)

	hold(firstDay, "", "T-AMER-EAST-SMB-1", "p010", 55)
	hold(firstDay, "", "T-AMER-EAST-SMB-2", "p012", 45)
	trade("2026-05-04", "T-AMER-EAST-SMB-1", "p011", 45, "T-AMER-EAST-SMB-2", "p013", 55)
	pair("T-AMER-WEST-SMB", "p022", 60, "p023")
	pair("T-EMEA-NORTH-SMB", "p032", 50, "p033")
	pair("T-EMEA-SOUTH-SMB", "p042", 55, "p043")
	hold(firstDay, "", "T-APAC-SMB", "p048", 100)
	return out
}

// holder adds a holding.
type holder func(from, until, territory, payee string, share int)

// strategic: p003 joins p001 on the named accounts before the quarter's end.
func strategic(hold holder) {
	hold(firstDay, "2026-05-17", "T-STRATEGIC", "p001", 100)
	hold("2026-05-18", "", "T-STRATEGIC", "p001", 70)
	hold("2026-05-18", "", "T-STRATEGIC", "p003", 30)
}

// resplit: p014 and p015 settle on halves in the middle of the first quarter.
func resplit(hold holder) {
	hold(firstDay, "2026-03-08", "T-AMER-WEST-ENT-1", "p014", 70)
	hold(firstDay, "2026-03-08", "T-AMER-WEST-ENT-1", "p015", 30)
	hold("2026-03-09", "", "T-AMER-WEST-ENT-1", "p014", 50)
	hold("2026-03-09", "", "T-AMER-WEST-ENT-1", "p015", 50)
}

// departure: a neighbour takes over what the leaver held, from the next day.
func departure(hold holder) {
	hold(firstDay, "", "T-EMEA-SOUTH-ENT-2", "p036", 55)
	hold(firstDay, lastDayOfLeaver, "T-EMEA-SOUTH-ENT-2", leaver, 45)
	hold("2026-05-16", "", "T-EMEA-SOUTH-ENT-2", "p035", 45)
}

// promotion: the new manager's patch goes to a member of the new team.
func promotion(hold holder) {
	hold(firstDay, "", "T-AMER-WEST-COM-1", "p018", 60)
	hold(firstDay, dayBefore(promotedOn), "T-AMER-WEST-COM-1", promoted, 40)
	hold(promotedOn, "", "T-AMER-WEST-COM-1", "p020", 40)
	hold(firstDay, "", "T-AMER-WEST-COM-2", "p020", 40)
	hold(firstDay, "", "T-AMER-WEST-COM-2", "p021", 60)
}

// joining: p046 holds the patch alone until p047 arrives.
func joining(hold holder) {
	hold(firstDay, "2026-02-15", "T-APAC-COM", "p046", 100)
	hold("2026-02-16", "", "T-APAC-COM", "p046", 60)
	hold("2026-02-16", "", "T-APAC-COM", "p047", 40)
}
