package forms

// checksOf are the rules between the fields of a section that stop filing.
func checksOf(string) []Check { return nil }

// warnsOf are the soft rules of a section.
func warnsOf(string) []Check { return nil }
