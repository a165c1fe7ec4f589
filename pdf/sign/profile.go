package sign

import (
	"encoding/binary"
	"math"
	"sync"
)

// packedProfile is an ICC profile of sRGB, version 2, made from the numbers of
// IEC 61966-2-1: no file of others, no licence.
var packedProfile = sync.OnceValue(func() []byte { return pack(dict{}, profile()).raw })

func profile() []byte {
	const curvePoints = 256
	be := binary.BigEndian
	xyz := func(x, y, z float64) []byte {
		b := []byte("XYZ \x00\x00\x00\x00")
		for _, v := range []float64{x, y, z} {
			b = be.AppendUint32(b, uint32(math.Round(v*65536)))
		}
		return b
	}
	curve := be.AppendUint32([]byte("curv\x00\x00\x00\x00"), curvePoints)
	for i := range curvePoints {
		v := float64(i) / (curvePoints - 1)
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		curve = be.AppendUint16(curve, uint16(math.Round(v*65535)))
	}
	const called = "sRGB IEC61966-2.1\x00"
	describe := be.AppendUint32([]byte("desc\x00\x00\x00\x00"), uint32(len(called)))
	describe = append(append(describe, called...), make([]byte, 4+4+2+1+67)...)
	tags := []struct {
		name string
		data []byte
	}{
		{"desc", describe},
		{"cprt", []byte("text\x00\x00\x00\x00No copyright, use freely\x00")},
		{"wtpt", xyz(0.9505, 1, 1.0891)},
		{"rXYZ", xyz(0.4360, 0.2225, 0.0139)}, // primaries adapted to D50
		{"gXYZ", xyz(0.3851, 0.7169, 0.0971)},
		{"bXYZ", xyz(0.1431, 0.0606, 0.7141)},
		{"rTRC", curve},
		{"gTRC", nil}, // the curve of red
		{"bTRC", nil},
	}
	table := be.AppendUint32(nil, uint32(len(tags)))
	var data []byte
	begin := 128 + 4 + 12*len(tags)
	at, size := 0, 0
	for _, t := range tags {
		if t.data != nil {
			at, size = begin+len(data), len(t.data)
			data = append(data, t.data...)
			for len(data)%4 != 0 {
				data = append(data, 0)
			}
		}
		table = append(table, t.name...)
		table = be.AppendUint32(be.AppendUint32(table, uint32(at)), uint32(size))
	}
	head := be.AppendUint32(nil, uint32(begin+len(data)))
	head = append(head, "\x00\x00\x00\x00\x02\x10\x00\x00mntrRGB XYZ "...)
	for _, v := range []uint16{2000, 1, 1, 0, 0, 0} {
		head = be.AppendUint16(head, v)
	}
	head = append(head, "acsp"...)
	head = append(head, make([]byte, 28)...)            // platform, flags, maker, model, attributes, intent
	head = append(head, xyz(0.9642, 1, 0.8249)[8:]...)  // D50
	head = append(head, make([]byte, 128-len(head))...) // creator, reserved
	return append(append(head, table...), data...)
}
