// Package evidence says what a file really is, and makes of it the working copy that
// officials see: the same content, without what tells who took it, where, when and on
// which device. It is the design as well as the code. It is made of functions over
// bytes in memory: no file, no clock, no randomness, nothing of declara, and nothing
// but the standard library. The same file always gives the same copy.
//
// # Promise
//
// What the page tells a person who is afraid: "Le quitamos a tu archivo los datos
// ocultos, como el lugar, la hora, tu nombre y el modelo de tu teléfono, antes de que
// alguien lo vea. Si no podemos, te lo decimos y no lo recibimos." What is shown in the
// picture, said in the recording or written on the page stays: who is in it, is in it.
//
// # Use
//
//	k, err := evidence.Inspect(name, b)   // what it is, or a *Refusal
//	w, err := evidence.Clean(k, b)        // the working copy, or a *Refusal
//	w.Kind.Name(3)                        // anexo-3.pdf: the only name it has
//	w.Lost                                // what the original has and the copy has not
//
// An error is always a *Refusal with one of Reasons; a file is refused, the complaint
// never is. reason.go holds the Spanish sentence that belongs to each.
//
// # Rules
//
//  1. Keep, never remove. Every cleaner copies what it knows and needs; what a format
//     or a maker adds tomorrow is left behind without being known.
//  2. Bytes decide. The name of a file decides nothing, but for texts that a program
//     would obey by it. What is two files at once is refused.
//  3. Limits before memory: what a file says of its size is held to limits.go before
//     it is read, and what it then gives is held to what it said.
//  4. Pixels and sound are copied byte for byte, never encoded again.
//  5. Fail closed: the copy is inspected and cleaned again, which must change nothing,
//     and the words taken out are looked for in it (verify, traces).
//  6. One revision: what was deleted and is still in the file is not in the copy.
//  7. Nothing is fetched, run or followed when the copy is opened.
//
// # What is kept of each kind
//
//	JPEG   tables and scans; JFIF density; Adobe's colour transform; EXIF of one tag,
//	       the orientation. No ICC: profiles name screens and cameras
//	PNG    IHDR PLTE tRNS gAMA sRGB IDAT IEND; of an animation the first picture
//	WebP   VP8X with right flags, ALPH VP8 VP8L ANIM ANMF
//	PDF    pages and what they show; forms, notes without their author, bookmarks,
//	       layers; links of the web that are clicked. No profiles, no tags
//	DOCX   text, styles, pictures, notes, charts; changes and comments without author
//	XLSX   sheets, results, formulas that stay within, comments without author
//	MP3    frames; AAC likewise (ADTS)
//	OGG    Opus and Vorbis: heads, an empty comment, sound; serial number 1
//	WAV    fmt, fact, data
//	AMR    frames
//	MP4    and MOV, M4A, 3GP: tracks of picture and sound, every offset as it was; all
//	       else is a box of zeros, with times zero and media that nobody plays blank
//	text   as UTF-8; XML as text, for an electronic invoice is evidence
//
// # Cost
//
// A photograph of 12 Mpx takes 13 to 25 ms, a scanned PDF of 7 MB 70 to 140 ms, a film of
// 9 MB 45 to 65 ms and a sheet of 5 MB 0.6 s of processor, on a busy machine. What declares
// itself a bomb is refused in one or two microseconds. A copy takes about three times the file in memory, an Office document or a PDF up
// to 150 MB where it is made to cost: the caller cleans one file at a time.
//
// # What it does not do
//
// It does not look at what a picture shows, nor hide the pattern of a sensor, the hum of
// the mains in a recording, a tracking pattern of yellow dots, a watermark, or a turn of
// phrase. Encoders leave their own hand in tables and settings, within the data of
// H.264 as well; that tells a model at most. The names that fonts carry stay.
package evidence
