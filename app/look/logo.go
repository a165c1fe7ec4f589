package look

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	_ "image/jpeg" // what a picture may be
	"image/png"
)

// How big a picture may come, and how big it is kept.
const (
	MaxFile   = 1 << 20
	maxSide   = 6000
	keptWide  = 360
	keptHigh  = 120
	keptBytes = 128 << 10
)

// What is wrong with a picture.
var (
	ErrKind  = errors.New("look: neither a PNG nor a JPEG")
	ErrSize  = errors.New("look: too large")
	ErrEmpty = errors.New("look: too small to be seen")
)

// Logo reads a picture and writes it anew as a PNG of our size.
func Logo(file []byte) ([]byte, error) {
	if len(file) > MaxFile {
		return nil, ErrSize
	}
	c, kind, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil || kind != "png" && kind != "jpeg" {
		return nil, ErrKind
	}
	switch {
	case c.Width > maxSide || c.Height > maxSide || c.Width*c.Height > maxSide*maxSide/3:
		return nil, ErrSize
	case c.Width < 16 || c.Height < 16:
		return nil, ErrEmpty
	}
	src, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, ErrKind
	}
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&out, smaller(src)); err != nil {
		return nil, ErrKind
	}
	if out.Len() > keptBytes {
		return nil, ErrSize
	}
	return out.Bytes(), nil
}

// smaller is a picture that fits the head of a page: each of its points is the mean of
// those it stands for.
func smaller(src image.Image) image.Image {
	b := src.Bounds()
	w, h := b.Dx(), b.Dy()
	if w > keptWide {
		w, h = keptWide, max(1, h*keptWide/w)
	}
	if h > keptHigh {
		w, h = max(1, w*keptHigh/h), keptHigh
	}
	dst := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			x0, x1 := b.Min.X+x*b.Dx()/w, b.Min.X+max(x*b.Dx()/w+1, (x+1)*b.Dx()/w)
			y0, y1 := b.Min.Y+y*b.Dy()/h, b.Min.Y+max(y*b.Dy()/h+1, (y+1)*b.Dy()/h)
			var red, green, blue, alpha, n uint64
			for yy := y0; yy < y1; yy++ {
				for xx := x0; xx < x1; xx++ {
					r, g, bl, a := src.At(xx, yy).RGBA()
					red, green, blue, alpha, n = red+uint64(r), green+uint64(g), blue+uint64(bl), alpha+uint64(a), n+1
				}
			}
			dst.Set(x, y, color.RGBA64{uint16(red / n), uint16(green / n), uint16(blue / n), uint16(alpha / n)})
		}
	}
	return dst
}
