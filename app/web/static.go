package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

//go:embed static
var staticFiles embed.FS

// assetPrefix is where assets are served.
const assetPrefix = "/static/"

// assets are the style sheet, the script, the fonts: each under a name that holds
// a hash of its content, so that browsers may keep it for ever, and compressed
// once, for the first who takes it so: the best compression takes longer than all
// else that is done at start.
type assets struct {
	address map[string]string // by plain name: "regla.css" → "/static/regla.3f9a0c1d22.css"
	file    map[string]*asset // by served name
}

type asset struct {
	kind         string
	plain        []byte
	gzip, brotli func() []byte // nil for what is compressed already
}

// kinds of the files that are assets; anything else in the folder, such as the
// licences of the fonts, is not served from here.
var kinds = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".woff2": "font/woff2",
}

// loadAssets reads the embedded files, once a process. Style sheets come last, since the fonts
// that they name have other names when served.
var loadAssets = sync.OnceValues(func() (*assets, error) {
	a := &assets{address: map[string]string{}, file: map[string]*asset{}}
	var sheets []string
	err := fs.WalkDir(staticFiles, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || kinds[path.Ext(name)] == "" {
			return err
		}
		name = strings.TrimPrefix(name, "static/")
		if path.Ext(name) == ".css" {
			sheets = append(sheets, name)
			return nil
		}
		return a.add(name, nil)
	})
	if err != nil {
		return nil, err
	}
	fonts := make([]string, 0, 2*len(a.address))
	for name, address := range a.address {
		fonts = append(fonts, "url("+name+")", "url("+address+")")
	}
	for _, name := range sheets {
		if err := a.add(name, strings.NewReplacer(fonts...)); err != nil {
			return nil, err
		}
	}
	return a, nil
})

func (a *assets) add(name string, rewrite *strings.Replacer) error {
	b, err := staticFiles.ReadFile("static/" + name)
	if err != nil {
		return err
	}
	if rewrite != nil {
		b = []byte(rewrite.Replace(string(b)))
	}
	sum := sha256.Sum256(b)
	ext := path.Ext(name)
	served := strings.TrimSuffix(path.Base(name), ext) + "." + hex.EncodeToString(sum[:5]) + ext
	if a.file[served] != nil {
		return fmt.Errorf("web: two assets called %s", served)
	}
	f := &asset{kind: kinds[ext], plain: b}
	if ext != ".woff2" {
		f.gzip = sync.OnceValue(func() []byte { return fasthttp.AppendGzipBytesLevel(nil, b, fasthttp.CompressBestCompression) })
		f.brotli = sync.OnceValue(func() []byte { return fasthttp.AppendBrotliBytesLevel(nil, b, fasthttp.CompressBrotliBestCompression) })
	}
	a.file[served] = f
	a.address[name] = assetPrefix + served
	return nil
}

// serveAsset answers with an asset. Its name is its version, so it never changes.
func (s *Server) serveAsset(fc *fiber.Ctx) error {
	f := s.assets.file[fc.Params("name")]
	if f == nil {
		return fiber.ErrNotFound
	}
	fc.Set(fiber.HeaderContentType, f.kind)
	fc.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	fc.Set("X-Content-Type-Options", "nosniff")
	fc.Set("Cross-Origin-Resource-Policy", "same-origin")
	tag := `"` + fc.Params("name") + `"`
	fc.Set(fiber.HeaderETag, tag)
	if fc.Get(fiber.HeaderIfNoneMatch) == tag {
		return fc.SendStatus(fiber.StatusNotModified)
	}
	body := f.plain
	if f.gzip != nil {
		fc.Vary(fiber.HeaderAcceptEncoding)
		taken := fc.Get(fiber.HeaderAcceptEncoding)
		switch {
		case accepts(taken, "br"):
			body = f.brotli()
			fc.Set(fiber.HeaderContentEncoding, "br")
		case accepts(taken, "gzip"):
			body = f.gzip()
			fc.Set(fiber.HeaderContentEncoding, "gzip")
		}
	}
	fc.Response().SetBodyRaw(body)
	return nil
}
