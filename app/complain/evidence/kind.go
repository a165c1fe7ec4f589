package evidence

import "strconv"

// Kind is what a file really is, told by its bytes and never by its name. The value
// is stored, so it never changes.
type Kind string

const (
	JPEG Kind = "jpeg"
	PNG  Kind = "png"
	WebP Kind = "webp"
	PDF  Kind = "pdf"
	Text Kind = "text"
	MP3  Kind = "mp3"
	AAC  Kind = "aac"
	M4A  Kind = "m4a"
	OGG  Kind = "ogg"
	WAV  Kind = "wav"
	AMR  Kind = "amr"
	GP3  Kind = "3gp"
	MP4  Kind = "mp4"
	MOV  Kind = "mov"
	DOCX Kind = "docx"
	XLSX Kind = "xlsx"
)

// Kinds are all that are accepted, in the order in which a page names them.
var Kinds = []Kind{JPEG, PNG, WebP, PDF, DOCX, XLSX, Text, MP3, AAC, M4A, OGG, WAV, AMR, GP3, MP4, MOV}

var faces = map[Kind]struct{ ext, mime string }{
	JPEG: {"jpg", "image/jpeg"},
	PNG:  {"png", "image/png"},
	WebP: {"webp", "image/webp"},
	PDF:  {"pdf", "application/pdf"},
	Text: {"txt", "text/plain; charset=utf-8"},
	MP3:  {"mp3", "audio/mpeg"},
	AAC:  {"aac", "audio/aac"},
	M4A:  {"m4a", "audio/mp4"},
	OGG:  {"ogg", "audio/ogg"},
	WAV:  {"wav", "audio/wav"},
	AMR:  {"amr", "audio/amr"},
	GP3:  {"3gp", "video/3gpp"},
	MP4:  {"mp4", "video/mp4"},
	MOV:  {"mov", "video/quicktime"},
	DOCX: {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	XLSX: {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
}

// Known reports whether k is a kind of this package, as one read from a store has to be.
func (k Kind) Known() bool { _, ok := faces[k]; return ok }

// Ext is the ending of a file of this kind, without a dot.
func (k Kind) Ext() string { return faces[k].ext }

// MIME is the type to serve it as.
func (k Kind) MIME() string { return faces[k].mime }

// Name is the only name a download of the n-th file has: nothing of the name that
// the sender gave it, and the ending of what it is.
func (k Kind) Name(n int) string { return "anexo-" + strconv.Itoa(n) + "." + k.Ext() }
