// Package fact holds what is common to everything the engine is told: who it is
// about, when it is in effect, and since when it is known. Events, assignments,
// quotas, owners, managers and exchange rates are all facts, and a fact is never
// edited: change arrives as a further version.
//
// # Terms
//
//   - A key names a payee, an event, an account, a territory, a plan or a rule.
//     Keys are NFC text that looks like what it is: [CheckKey].
//   - [Revision] is a position in the order of knowing. "As of" a revision means
//     with all that was known up to and including it; zero means with all that is
//     known now.
//   - [Stamp] is the effective range of a fact, the revision at which it became
//     known, who said so, and why.
//   - [Timeline] is the history of one fact in both times. At a date, as of a
//     revision, the version that became known last and covers the date is true.
//   - [Edge] is a dated, named, shared arrow between two keys: a manager, the
//     owner of a territory, a role on an account, a member of a team. [Edges]
//     finds and follows them.
//
// # Traps
//
// A later version replaces an earlier one only on the days it covers; on the
// others the earlier one stays true. To end a fact for good, give a void version
// over the days on which it no longer holds.
//
// Two versions that became known at the same revision and cover the same day
// contradict each other: that is an [AmbiguityError] which shows both, even if
// they came in a certain order. The same version given twice is one version.
//
// A fact known at revision zero was always known.
package fact
