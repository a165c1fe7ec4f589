// Package evolution is the arithmetic of the wealth of one person over the years
// (LGRA 30): what she had at the beginning and at the end, where money came from and
// what became of it, as she declared it. It reads nothing and keeps nothing.
//
// # Rules that the package holds
//
//   - A figure is either a row that was declared, named by its path, or an entry of the
//     verifier with its source. Nothing is estimated here, and no cost of living is
//     assumed.
//   - Resources are net income (section 8, figures I, II and B), credits, withdrawals from
//     accounts, what was received without paying, and what the verifier enters. A sale is
//     income already (II.4) and is counted there alone. Uses are what was acquired,
//     payments of debts, increases of balances, and expenses that the verifier enters.
//   - The difference is uses less resources. It is a question and not a fault: nothing
//     here scores, ranks or compares persons.
//   - What is not known is said (Note) and never filled in: a year without declaration, a
//     simplified one, a row without amount or without date, one that is there no more
//     without having been given up. A year whose beginning is not known has no difference.
//   - Co-owned rows count whole, as declared: no format tells which part of a price is
//     hers. Their line carries the owners and the percentage, when one was declared.
//   - Currencies are apart. The verifier may enter what one unit is worth in pesos, with
//     its source; then that currency joins the pesos of that year and the line keeps what
//     was declared.
//
// # Periods
//
// A modificación of a year closes the year before, a conclusión the part of its year up
// to the last day in office, and an inicial is only a beginning: it declares income by
// the month and no movement. The balances of the declaration before are the beginning of
// a period; when that was an inicial in the same year, the income covers the whole year
// and the movements only a part, which a note says.
package evolution
