package sign

// files reads what is attached to a file.
func (d *document) files(root dict) ([]File, error) {
	names, err := d.dict(root["Names"])
	if err != nil {
		return nil, err
	}
	var out []File
	room := MaxSize // for all of them, unpacked
	var walk func(v any, depth int) error
	walk = func(v any, depth int) error {
		const most = 64
		node, err := d.dict(v)
		if err != nil {
			return err
		}
		pairs, err := d.array(node["Names"])
		if err != nil {
			return err
		}
		for i := 1; i < len(pairs); i += 2 {
			f, err := d.file(pairs[i], room)
			if err != nil {
				return err
			}
			if room -= len(f.Data); len(out) == most {
				return fail(TooLarge)
			}
			out = append(out, f)
		}
		kids, err := d.array(node["Kids"])
		if err != nil {
			return err
		}
		if depth > 4 && len(kids) > 0 || len(kids) > most {
			return fail(TooLarge)
		}
		for _, k := range kids {
			if err := walk(k, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	return out, walk(names["EmbeddedFiles"], 0)
}

func (d *document) file(v any, room int) (File, error) {
	spec, err := d.dict(v)
	if err != nil {
		return File{}, err
	}
	f := File{Name: read(spec["UF"]), Describe: read(spec["Desc"])}
	if f.Name == "" {
		f.Name = read(spec["F"])
	}
	both, err := d.dict(spec["EF"])
	if err != nil {
		return File{}, err
	}
	data, err := d.get(both["F"])
	if err != nil {
		return File{}, err
	}
	s, ok := data.(stream)
	if !ok {
		return File{}, fail(Damaged)
	}
	kind, _ := s.dict["Subtype"].(name)
	f.Type = string(kind)
	params, err := d.dict(s.dict["Params"])
	if err != nil {
		return File{}, err
	}
	f.At = when(params["ModDate"])
	f.Data, err = unpack(s, room)
	return f, err
}
