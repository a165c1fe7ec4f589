package sign

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
)

// update is a revision in the making: objects that are new or that replace one.
// The bytes before it are never touched.
type update struct {
	from    *document
	next    int // number of the next new object
	objects map[int]change
}

type change struct {
	gen  int
	body []byte
}

func (d *document) update() (*update, error) {
	size, ok := d.trailer["Size"].(int)
	if !ok || size < 1 || size > maxObjects {
		return nil, fail(Damaged)
	}
	if len(d.b) != d.end {
		return nil, fail(Appended)
	}
	for n := range d.at {
		size = max(size, n+1)
	}
	return &update{d, size, map[int]change{}}, nil
}

// add writes a new object.
func (u *update) add(v any) ref {
	r := ref{u.next, 0}
	u.next++
	u.set(r, v)
	return r
}

// set writes another value for an object.
func (u *update) set(r ref, v any) { u.objects[r.num] = change{r.gen, write(nil, v)} }

// raw writes a new object as it is.
func (u *update) raw(body []byte) ref {
	r := ref{u.next, 0}
	u.next++
	u.objects[r.num] = change{0, body}
	return r
}

// bytes is the file with the revision appended, and where the body of each new
// object begins.
func (u *update) bytes() ([]byte, map[int]int) {
	room := len(u.from.b) + 1024
	for _, c := range u.objects {
		room += len(c.body) + 64
	}
	out := append(make([]byte, 0, room), u.from.b...)
	if out[len(out)-1] != '\n' {
		out = append(out, '\n')
	}
	start := len(out)
	numbers := slices.Sorted(maps.Keys(u.objects))
	at, bodies := map[int]int{}, map[int]int{}
	for _, n := range numbers {
		c := u.objects[n]
		at[n] = len(out)
		out = fmt.Appendf(out, "%d %d obj\n", n, c.gen)
		bodies[n] = len(out)
		out = append(append(out, c.body...), "\nendobj\n"...)
	}
	table := len(out)
	out = append(out, "xref\n"...)
	for i := 0; i < len(numbers); {
		j := i + 1
		for j < len(numbers) && numbers[j] == numbers[j-1]+1 {
			j++
		}
		out = fmt.Appendf(out, "%d %d\n", numbers[i], j-i)
		for _, n := range numbers[i:j] {
			out = fmt.Appendf(out, "%010d %05d n \n", at[n], u.objects[n].gen)
		}
		i = j
	}
	sum := sha256.Sum256(out[start:])
	trailer := dict{"Size": u.next, "Prev": u.from.table}
	for _, k := range []name{"Root", "Info"} {
		if v, ok := u.from.trailer[k]; ok {
			trailer[k] = v
		}
	}
	if id, ok := u.from.trailer["ID"].(array); ok && len(id) == 2 {
		trailer["ID"] = array{id[0], text{b: sum[:16]}}
	}
	return ending(out, trailer, table), bodies
}

// ending appends the trailer and the end of a revision.
func ending(out []byte, trailer dict, table int) []byte {
	out = write(append(out, "trailer\n"...), trailer)
	return fmt.Appendf(out, "\nstartxref\n%d\n%%%%EOF\n", table)
}

// spans are the objects of a file of one revision, each from its number to
// endobj, by number.
func (d *document) spans() (map[int][]byte, error) {
	type begin struct{ offset, num int }
	var begins []begin
	for n, p := range d.at {
		if p.offset >= d.table || p.gen != 0 {
			return nil, fail(NotOurs)
		}
		begins = append(begins, begin{p.offset, n})
	}
	slices.SortFunc(begins, func(a, b begin) int { return a.offset - b.offset })
	out := map[int][]byte{}
	for i, o := range begins {
		end := d.table
		if i+1 < len(begins) {
			end = begins[i+1].offset
		}
		b := bytes.TrimRight(d.b[o.offset:end], "\n\r ")
		if !bytes.HasPrefix(b, fmt.Appendf(nil, "%d 0 obj", o.num)) || !bytes.HasSuffix(b, []byte("endobj")) {
			return nil, fail(NotOurs)
		}
		out[o.num] = b
	}
	return out, nil
}
