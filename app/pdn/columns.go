package pdn

// The texts of a declaration that are searched and ordered by.
const (
	textGiven  = iota // nombres
	textFirst         // primerApellido
	textSecond        // segundoApellido
	textBody          // nombreEntePublico
	textPost          // empleoCargoComision
	textGrade         // nivelEmpleoCargoComision
	textCount         // how many there are
)

// The keys of catalogues that a declaration has one of.
const (
	keyOrder = iota // nivelOrdenGobierno
	keyState        // entidadFederativa of the office
	keyTown         // municipioAlcaldia of the office
	keyCount        // how many there are
)

// Columns of the index: for each row the code of its value. Properties that a
// declaration has several of have a column of the least and one of the greatest,
// which is what orders by them compare (clients.md 4).
const (
	colText    = 0                   // the texts, in their order
	colKey     = colText + textCount // the keys, in their order
	colStudies = colKey + keyCount + iota - 2
	colStudyLeast
	colStudyMost
	colIncome
	colHows   // the set of ways in which real estate was acquired
	colEstate // least and greatest of each property of real estate, in their order
	columns   = colEstate + 2*estateCount
)

// The properties of real estate that are searched.
const (
	estateBuilt = iota // superficieConstruccion
	estateLand         // superficieTerreno
	estateHow          // formaAdquisicion
	estatePrice        // valorAdquisicion
	estateCount        // how many there are
)

func leastOf(property int) int { return colEstate + 2*property }
func mostOf(property int) int  { return colEstate + 2*property + 1 }

// ranker is what orders need of a column's values.
type ranker interface {
	settle(limit int)
	ranks() []uint32
	size() int
	order(a, b uint32) int
}

// column is one property of every row, or of every real estate.
type column struct {
	codes []uint32
	ranker
	limit int // codes that the base knows; later ones belong to late rows
}

// compare orders two rows by this column; what is missing comes first.
func (c *column) compare(a, b uint32) int { return c.order(c.codes[a], c.codes[b]) }

// run is a stretch of an ordering, from first to before last.
type run struct{ from, to uint32 }

// ordering is the rows of the base, or its real estate, ordered by some columns.
type ordering struct {
	rows   []uint32
	owners []uint32 // of real estate: the rows that it belongs to
	start  []uint32 // by rank of a single column, ascending: where its rows begin; then the end
	sizes  []uint32 // by code of the same: how many rows it has
}

// of is where the rows with a rank are. The ordering is by one column, ascending.
func (o *ordering) of(rank uint32) run { return run{o.start[rank], o.start[rank+1]} }

// by is a stable ordering of rows by a column, by counting.
func by(rows []uint32, c *column, desc bool) ordering {
	rank := c.ranks()
	top := uint32(len(rank) - 1)
	start := make([]uint32, len(rank)+1)
	place := func(row uint32) uint32 {
		if desc {
			return top - rank[c.codes[row]]
		}
		return rank[c.codes[row]]
	}
	for _, row := range rows {
		start[place(row)+1]++
	}
	for i := range top + 1 {
		start[i+1] += start[i]
	}
	next := append([]uint32{}, start...)
	out := make([]uint32, len(rows))
	for _, row := range rows {
		p := place(row)
		out[next[p]] = row
		next[p]++
	}
	return ordering{rows: out, start: start}
}
