package forms

// Entry is one option of a catalogue.
type Entry struct {
	Key  string // "clave", exactly as the standard spells it (NFC)
	Text string // "valor" for a pair; words to show for a bare enum
	By   string // key of the parent option, in a catalogue with By
}

// Catalogue is a closed list of the standard, of INEGI or of ISO.
type Catalogue struct {
	Name    string
	Bare    bool   // the document carries only the key, not {"clave","valor"}
	By      string // name of the sibling field whose answer narrows the options
	Other   string // key whose "valor" is the text that the person types, or ""
	Entries []Entry
	index   map[string]int
}
