package forms

// sections is the whole format, in the order of the Normas: situación patrimonial
// 1 to 15, then the declaration of interests I to VII (Normas 11ª, 16ª, 17ª).
var sections = []Section{
	general, home, studies, employment, experience,
	partner, dependents,
	income, previousYear, realEstate, vehicles, movables, investments, debts, lent,
	shares, boards, support, representation, clients, benefits, trusts,
}
