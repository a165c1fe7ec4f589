package evidence

// What a file may cost. Every one of them is checked from what the file declares,
// before memory is spent on it, and again while it is spent, because files lie.
const (
	MaxBytes  = 10 << 20   // a file
	MaxPixels = 50_000_000 // an image, alone or within a document

	maxEntries  = 2_000       // parts of an Office document
	maxRatio    = 100         // how many times larger a part may become, above freeRatio
	freeRatio   = 64 << 10    // a part up to this size may be packed as tightly as it likes
	maxExpanded = 100_000_000 // all parts of an Office document, or all streams of a PDF, opened
	maxPart     = 24_000_000  // one of them: it is held in memory while it is cleaned
	maxMedia    = 500         // pictures within a document
	maxXMLDepth = 256         // elements within elements; Word itself writes up to 60
	maxXMLAttrs = 512         // attributes of one element
	maxObjects  = 100_000     // objects of a PDF
	maxPDFDepth = 64          // arrays and dictionaries within each other
	maxBoxes    = 20_000      // boxes of a movie
	maxSamples  = 500_000     // rows in the tables of a movie: five hours of sound
	maxBoxDepth = 12          // boxes within boxes
	maxScans    = 100         // scans of a progressive JPEG: each costs its reader a pass over the whole picture
	maxChunks   = 20_000      // chunks of a PNG, WebP or WAV, segments of a JPEG
)
