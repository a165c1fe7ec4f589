package pdf

// blankCover is the first page of the format of paper: how to fill it in, and the
// index of its sections.
func (in Declaration) blankCover(s *sheet, chapters []chapter, at []int, pages int) {
	s.newPage()
	s.bookmark(in.name(), 0, 0)
	in.letterhead(s)
	over := style{regular, 9.6, soft}
	s.text(marginLeft, 99, over, oneLine(in.Words.T("pdf.blank")))
	y := 104.0
	big := style{title, 27, dark}
	for _, l := range head(big.wrap(in.name(), marginRight-marginLeft), 2) {
		y += 27
		s.text(marginLeft, y, big, l)
	}
	form := in.coverFacts()[3]
	s.text(marginLeft, y+17, over, oneLine(form.value+". "+form.more))
	y = in.howTo(s, y+32)
	in.index(s, chapters, at, y+10)
	in.blankFoot(s, 1, pages)
}

// howTo draws on a band how to fill in the format.
func (in Declaration) howTo(s *sheet, y float64) float64 {
	st := style{regular, 9.4, dark}
	x, room := marginLeft+32, marginRight-marginLeft-50
	var steps [][]string
	height := 16.0
	for _, key := range []string{"pdf.blank.how.letters", "pdf.blank.how.lists", "pdf.blank.how.private", "pdf.blank.how.maybe", "pdf.blank.how.sums", "pdf.blank.how.hand"} {
		lines := head(st.wrap(oneLine(in.Words.T(key)), room), 3)
		steps = append(steps, lines)
		height += 13*float64(len(lines)) + 4
	}
	s.fill(marginLeft, y, marginRight-marginLeft, height, amate)
	s.fill(marginLeft, y, 4, height, maya)
	at := y + 20
	for _, lines := range steps {
		s.fill(x-13, at-6, 5.5, 5.5, maya)
		for _, l := range lines {
			s.text(x, at, st, l)
			at += 13
		}
		at += 4
	}
	return y + height
}

// endRows close the format: the oath, day and place, and places for the signature
// and for the stamp of who receives it.
func (b *blank) endRows() []row {
	oath := oathStyle.wrap(oneLine(b.words.T("pdf.blank.oath")), marginRight-textLeft-16)
	height := oathLeading*float64(len(oath)) + 150
	return []row{{gap: 30, height: height, draw: func(s *sheet, y float64) {
		s.fill(textLeft, y, 3, oathLeading*float64(len(oath))+2, maya)
		for i, l := range oath {
			s.text(textLeft+14, y+10+oathLeading*float64(i), oathStyle, l)
		}
		y += oathLeading*float64(len(oath)) + 34
		for i, key := range []string{"pdf.blank.place", "pdf.signer", "pdf.blank.received"} {
			const wide, air = 140.0, 18.0
			x := textLeft + (wide+air)*float64(i)
			s.text(x, y, smallStyle, smallStyle.fit(oneLine(b.words.T(key)), wide))
			s.frame(x, y+8, wide, 84, 0.7, border)
		}
	}}}
}

func (in Declaration) blankFoot(s *sheet, page, pages int) {
	const y = 760.0
	s.double(marginLeft, marginRight, y-14, hair)
	count := oneLine(in.Words.T("pdf.page", page, pages))
	s.right(marginRight, y, smallStyle, count)
	who := smallStyle.fit(oneLine(in.Words.T("pdf.blank.name")), 120)
	s.text(marginLeft, y, smallStyle, who)
	x := marginLeft + smallStyle.width(who) + 6
	s.line(x, marginRight-smallStyle.width(count)-24, y+2, 0.5, border)
}
