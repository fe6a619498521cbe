package main

import "fmt"

// job is one row of people.csv: a payee in a role for a time.
type job struct {
	payee, name, role string
	span
}

// hire is a line of the roster; its place in the list is the payee's number.
type hire struct{ name, since string }

// roles is the order in which the roster lists people.
var roles = []struct {
	role  string
	hires []hire
}{
	{"AE", []hire{
		// AMER-East: strategic accounts, enterprise, commercial, SMB.
		{"Zoë Lindqvist", "2018-05-14"},
		{"Marcus Whitfield", "2019-02-04"},
		{"Renée Tremblay", "2020-08-17"},
		{"Darnell Okafor", "2021-03-01"},
		{"Hannah Goldberg", "2022-06-13"},
		{"Luis Peña", "2020-01-20"},
		{"Siobhán Kelly", "2021-09-06"},
		{"Tyler Brandt", "2023-04-11"},
		{"Imani Jefferson", "2022-11-28"},
		{"Owen Castellano", "2023-08-14"},
		{"Priya Raghunathan", "2024-02-05"},
		{"Caleb Novak", "2024-09-16"},
		{"Gabrielle Fontaine", "2025-03-10"},
		// AMER-West.
		{"Kenji Watanabe", "2019-07-22"},
		{"Alejandra Muñoz", "2020-10-05"},
		{"Grant Hollister", "2021-05-17"},
		{"Mei-Ling Chow", "2022-02-14"},
		{"Tomás Herrera", "2022-08-01"},
		{"Rachel Abernathy", "2023-06-05"},
		{"Dmitri Volkov", "2023-01-09"},
		{"Noelani Kahananui", "2024-04-22"},
		{"Brandon Ypsilanti", "2024-07-08"},
		{"Sofía Aguilar", "2025-01-13"},
		// EMEA-North.
		{"Łukasz Wiśniewski", "2019-11-04"},
		{"Astrid Bjørnstad", "2020-03-16"},
		{"Eoin Ó Súilleabháin", "2021-01-11"},
		{"Kaisa Mäkinen", "2021-10-18"},
		{"Jürgen Krüger", "2020-06-29"},
		{"Saoirse Byrne", "2022-05-09"},
		{"Mikkel Sørensen", "2023-02-20"},
		{"Anneke van der Veen", "2022-09-12"},
		{"Callum MacLeod", "2024-01-15"},
		{"Þóra Jónsdóttir", "2024-10-07"},
		// EMEA-South.
		{"Chiara Bellini", "2019-04-08"},
		{"Rodrigo Magalhães", "2021-07-05"},
		{"Élodie Marchand", "2020-11-23"},
		{"Yiannis Papadopoulos", "2022-03-28"},
		{"Nuria Ibáñez", "2021-12-06"},
		{"Matteo De Santis", "2022-10-24"},
		{"İpek Yıldız", "2023-05-15"},
		{"João Figueiredo", "2023-11-06"},
		{"Margaux Lefèvre", "2024-05-27"},
		{"Omar Benali", "2025-02-17"},
		// APAC.
		{"Nguyễn Thị Hương", "2020-09-21"},
		{"Arjun Mehta", "2021-06-14"},
		{"Charlotte Pemberton", "2022-07-18"},
		{"Haruto Saitō", "2026-02-16"},
		{"Siti Nurhaliza Rahman", "2024-08-12"},
	}},
	{"SE", []hire{
		{"Benedikt Schäfer", "2019-09-09"},
		{"Amara Nwosu", "2022-01-31"},
		{"Joaquín Valdés", "2020-04-27"},
		{"Stephanie Kowalczyk", "2023-03-13"},
		{"Håkon Lie", "2021-08-23"},
		{"Beatriz Coutinho", "2020-12-14"},
		{"Ștefan Ionescu", "2024-03-04"},
		{"Wei Jie Tan", "2022-04-19"},
	}},
	{"Manager", []hire{
		{"Patricia Delacroix", "2017-03-20"},
		{"Jerome Baptiste", "2018-10-01"},
		{"Monica Estévez", "2018-01-15"},
		{"Ingrid Halvorsen", "2017-09-04"},
		{"Piotr Zieliński", "2019-05-27"},
		{"Valentina Moretti", "2018-06-11"},
		{"Rajesh Venkataraman", "2019-01-07"},
	}},
	{"Director", []hire{
		{"Eleanor Vance", "2016-02-01"},
		{"François Dubois-Meyer", "2016-08-22"},
	}},
}

// Those whose job changes in the half year; p047 joins by the date of the roster.
const (
	promoted, promotedOn, promotedTo = "p019", "2026-04-01", "Manager"
	leaver, lastDayOfLeaver          = "p037", "2026-05-15"
)

// roster returns the jobs by payee and then by start.
func roster() []job {
	var out []job
	for _, r := range roles {
		for _, h := range r.hires {
			out = append(out, jobs(job{payee(jobHolders(out) + 1), h.name, r.role, span{from: h.since}})...)
		}
	}
	return out
}

// jobs cuts a job where its holder is promoted or leaves.
func jobs(j job) []job {
	switch j.payee {
	case promoted:
		next := job{j.payee, j.name, promotedTo, span{from: promotedOn}}
		j.until = dayBefore(promotedOn)
		return []job{j, next}
	case leaver:
		j.until = lastDayOfLeaver
	}
	return []job{j}
}

// jobHolders counts payees, who may have several jobs.
func jobHolders(jobs []job) int {
	n := 0
	for i, j := range jobs {
		if i == 0 || j.payee != jobs[i-1].payee {
			n++
		}
	}
	return n
}

func payee(number int) string { return fmt.Sprintf("p%03d", number) }
