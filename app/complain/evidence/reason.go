package evidence

import "errors"

// Reason is why a file is refused. The sentence for the sender is the message
// "evidence.refuse.<reason>" of the catalogues; it says how to mend it, because a file
// is refused and a complaint never is. The Spanish that belongs to each stands beside it.
type Reason string

const (
	Empty      Reason = "empty"      // El archivo está vacío. Revisa que se haya guardado bien y elígelo otra vez.
	TooLarge   Reason = "too_large"  // El archivo pesa más de 10 MB. Envía una parte, o una foto o un video más corto.
	Unknown    Reason = "unknown"    // No recibimos este tipo de archivo. Envía una foto, un PDF, un audio, un video MP4, un Word (DOCX), un Excel (XLSX) o un texto.
	HEIC       Reason = "heic"       // Tu teléfono guardó la foto como HEIC. Ábrela, toma una captura de pantalla y envía la captura, o guárdala como JPEG.
	Image      Reason = "image"      // No recibimos este tipo de imagen (GIF, TIFF, BMP). Ábrela, toma una captura de pantalla y envía la captura.
	Executable Reason = "executable" // El archivo es un programa. No recibimos programas: envía una foto o un PDF de lo que muestra.
	Script     Reason = "script"     // El archivo tiene instrucciones para una computadora. Copia su contenido en un archivo de texto (.txt) y envíalo.
	Markup     Reason = "markup"     // El archivo es una página web o un dibujo SVG. Guárdalo como PDF o envía una captura de pantalla.
	Archive    Reason = "archive"    // El archivo es una carpeta comprimida (ZIP, RAR). Envía los archivos uno por uno, sin comprimir.
	OldOffice  Reason = "old_office" // Es un documento de Office antiguo (DOC, XLS). Guárdalo como DOCX, XLSX o PDF y envíalo otra vez.
	Office     Reason = "office"     // No recibimos este tipo de documento (presentaciones, OpenDocument, RTF). Guárdalo como PDF y envíalo otra vez.
	Macros     Reason = "macros"     // El documento tiene macros. Guárdalo como DOCX, XLSX o PDF, sin macros, y envíalo otra vez.
	Encrypted  Reason = "encrypted"  // El archivo tiene contraseña o está protegido. Quítale la protección, o imprímelo a PDF, y envíalo otra vez.
	Polyglot   Reason = "polyglot"   // El archivo tiene otro escondido dentro. Envía una captura de pantalla o imprímelo a PDF.
	Damaged    Reason = "damaged"    // No pudimos leer el archivo: está dañado o incompleto. Ábrelo, guárdalo otra vez y envíalo.
	Pixels     Reason = "pixels"     // La imagen es demasiado grande (más de 50 megapíxeles). Envía una más chica o una captura de pantalla.
	Bomb       Reason = "bomb"       // El archivo crece demasiado al abrirlo. Imprímelo a PDF o envía capturas de pantalla.
	Complex    Reason = "complex"    // El archivo tiene demasiadas partes. Imprímelo a PDF o envía capturas de pantalla.
	External   Reason = "external"   // El video usa partes que están en otro archivo. Expórtalo como MP4 y envíalo otra vez.
	Unclean    Reason = "unclean"    // No pudimos quitarle los datos que pueden identificarte. Envía una captura de pantalla o imprímelo a PDF.
)

// Reasons are all of them, so that the catalogues can be held to be complete.
var Reasons = []Reason{
	Empty, TooLarge, Unknown, HEIC, Image, Executable, Script, Markup, Archive, OldOffice, Office,
	Macros, Encrypted, Polyglot, Damaged, Pixels, Bomb, Complex, External, Unclean,
}

// Refusal is the only error of this package. It says nothing of the file's content,
// so that it may be written anywhere.
type Refusal struct{ Reason Reason }

func (r *Refusal) Error() string { return "evidence: " + string(r.Reason) }

func refuse(r Reason) error { return &Refusal{r} }

// Why is the reason within err, or "" if err holds none.
func Why(err error) Reason {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Reason
	}
	return ""
}

// Loss is content that the working copy does not have and the original does. The
// sentence for the official is "evidence.loss.<loss>"; nobody should read a working
// copy as whole when it is not.
type Loss string

const (
	LostFrames    Loss = "frames"    // La imagen tenía movimiento; aquí está solo el primer cuadro.
	LostTrailer   Loss = "trailer"   // Al final del archivo había algo más (por ejemplo, el video de una foto en movimiento).
	LostTracks    Loss = "tracks"    // Se quitaron pistas que no son imagen ni sonido (subtítulos, ubicación, hora).
	LostObjects   Loss = "objects"   // Se quitaron archivos u objetos incrustados.
	LostPictures  Loss = "pictures"  // Se quitaron imágenes que no se pueden limpiar.
	LostLinks     Loss = "links"     // Se quitaron vínculos a archivos de fuera.
	LostFields    Loss = "fields"    // Se quitaron fórmulas o campos que traían datos de fuera; queda su último resultado.
	LostSignature Loss = "signature" // El documento traía una firma electrónica; revísala en el original.
	LostScripts   Loss = "scripts"   // Se quitaron acciones automáticas o formularios con programa.
)

// Losses are all of them, so that the catalogues can be held to be complete.
var Losses = []Loss{
	LostFrames, LostTrailer, LostTracks, LostObjects, LostPictures, LostLinks, LostFields, LostSignature, LostScripts,
}
