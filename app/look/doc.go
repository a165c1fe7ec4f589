// Package look makes how the pages of an institution look out of one colour and one
// picture.
//
// The colour stands where the style sheet has its own deep blue: in links, buttons and
// heads, light and dark, with three relatives. What is computed here is readable whatever
// the colour: text of it on the page has 4.5:1 (WCAG 1.4.3), and the colour that does not
// is answered with the nearest of its hue that does. The picture is read, made smaller and
// written anew, so that nothing of the file that came is served but what it shows.
package look
