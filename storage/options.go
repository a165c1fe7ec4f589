package storage

import "time"

// Options are what the first run asks for besides the institution, and the settings
// change later: one record a tenant. Whoever changes a part reads it, changes that part
// and puts it back in one transaction.
type Options struct {
	Admin  string   `json:"admin,omitempty"` // user whose code opens the first run; "" before there is one and after the end
	Done   []string `json:"done,omitempty"`  // steps of the first run that were done or put off
	Relay  *Relay   `json:"relay,omitempty"`
	Copy   *Copy    `json:"copy,omitempty"`
	Daily  *Daily   `json:"daily,omitempty"`
	Tried  CopyTry  `json:"tried,omitzero"`
	Sheet  KeySheet `json:"sheet,omitzero"`
	Warned string   `json:"warned,omitempty"` // yyyy-mm-dd of the last letter that the server wants looking after
}

// KeySheet is that somebody has the sheet of the key on paper.
type KeySheet struct {
	Keys string    `json:"keys,omitempty"` // their names: another key has another sheet
	At   time.Time `json:"at,omitzero"`
}

// Relay is the mail server that the institution gave on its pages.
type Relay struct {
	Host     string    `json:"host"`
	Port     int       `json:"port"`
	Security string    `json:"security"` // of package outbox
	User     string    `json:"user,omitempty"`
	Password string    `json:"password,omitempty"`
	Sender   string    `json:"sender"`
	Base     string    `json:"base"`            // address of the site, for the links of letters
	Proved   time.Time `json:"proved,omitzero"` // a letter left through it
}

// Copy is the last copy that was made by hand on the pages or by the day, opened and
// checked.
type Copy struct {
	Folder string        `json:"folder"`
	File   string        `json:"file"`
	At     time.Time     `json:"at"`
	Took   time.Duration `json:"took"`
	Size   int64         `json:"size"`
	Disk   bool          `json:"disk,omitempty"` // it lies on the disk of the data
}

// Daily says where copies are made by themselves, from what hour of the institution's day
// on, and how many stay.
type Daily struct {
	Folder string `json:"folder"`
	Hour   int    `json:"hour"`
	Days   int    `json:"days"`  // the newest, a day each
	Weeks  int    `json:"weeks"` // and before them the last of so many weeks
}

// CopyTry is how the daily copy went the last time that it was tried.
type CopyTry struct {
	Day string    `json:"day,omitempty"` // yyyy-mm-dd of the last that is sound
	At  time.Time `json:"at,omitzero"`
	Why string    `json:"why,omitempty"` // a backup.Error; "" when it went well
}

// Options reads them; the zero value when nobody gave any.
func (x *Txn) Options() (Options, error) {
	o, err := get[Options](x, kOptions)
	if absent(err) {
		err = nil
	}
	return o, err
}

// PutOptions keeps them.
func (x *Txn) PutOptions(o Options) error { return put(x, o, kOptions) }

// picture is one, as it is kept.
type picture struct {
	PNG []byte `json:"png"`
}

// Logo is the picture of the institution, a PNG that was made here; ErrNotFound when it
// has none.
func (x *Txn) Logo() ([]byte, error) {
	p, err := get[picture](x, kLogo)
	return p.PNG, err
}

// PutLogo keeps it, nil takes it away.
func (x *Txn) PutLogo(png []byte) error {
	if png == nil {
		return x.drop(kLogo)
	}
	return put(x, picture{png}, kLogo)
}
