// Package forms is the declaration of assets and interests: what is asked, of
// whom, when, how an answer is checked, how the document is written and which part
// of it the public may read. It knows nothing of pages, storage or PDF, and
// imports nothing of ours.
//
// # One table
//
// The 22 sections (rubros) of the format stand in s01_general.go to s22_trusts.go,
// one table of fields each; groups of questions that several sections share are in
// parts.go, the closed lists in catalogues.go and catalogue/*.json. A Field says
// all that anybody needs to know of a question, and everything else is read from
// it:
//
//	the page that asks it        Kind, From, Step, When, Derive, Show, Help
//	the checks                   Rules, Max, From, and checks.go between fields
//	the document                 Name, Kind, Of, In, When, Screen, Keep
//	the public version           Show, ShowIf, ShowAs
//	next year's draft            Fresh
//	PDF, public page, PDN schema, blank form, comparison of years   the same
//
// So a question has one definition. The six declarations (three types, full and
// simplified) are not copies but a filter over it: In names the declarations that
// ask a field, and Lookup gives the form that is left.
//
// The three rules that keep the table safe:
//
//   - Nothing is public by accident: the zero Visibility is Private.
//     testdata/public.golden lists every published value with its conditions; a
//     change of it has to be made with -update and read in review.
//   - A condition (Cond) is data, and names answers of its own section only. The
//     browser, the documentation and the tests read it too.
//   - What the person never types is named (Derive), not hidden in code of a page.
//
// Sources: PDN System 1, edition of 23 September 2019, and the Normas published
// with it (cited as "Norma 16ª X"). Where the two differ, shapes and names are the
// standard's, and what is asked and published is the Normas'. Names are never
// "repaired", not even where section 9 has the words of section 8 in another order.
//
// # The order of the table
//
// Fields stand in the order of the standard, except that a question follows the
// one that decides whether it is asked or which options it has (municipality after
// state, amount after form of payment), and clarifications close a section.
// TestQuestionsFollowWhatDecidesThem keeps it, so that a page without script can be
// answered from top to bottom. The document is written in the order of the table.
//
// # Choices that exist only on screen
//
// Where the standard has two objects of which one is sent (domicilioMexico and
// domicilioExtranjero, tipoBien.inmueble and tipoBien.vehiculo), a Choice with
// Screen stands right before them, its two options open one each, and Parse infers
// it from the object that a document has. Show of a Screen field says only how the
// page marks it: it is never in a document.
//
// # What is obligatory
//
// "required" is for what the standard or the Normas oblige to and everybody can
// answer. What somebody may honestly lack is optional: the RFC and the CURP of
// others, telephones, an inside number, a second surname, a document of unfinished
// studies. A declaration that cannot be filed is worse than one with a gap, which
// the comptroller sees.
//
// # Words
//
// A question has words in i18n under "q." and its path without item ids, shortened
// from the left until something is found: "q.calle" serves every street. "@inicial",
// "@modificacion" and "@conclusion" behind a key are tried first. words_test.go
// fails when a question, section, option or problem has no words in Spanish and in
// English, and when words are left that nothing asks for.
//
// What the official instructions say of a question beyond its hint is its help, in our
// own words: Help says that there is one, more.json has it, found as the question is.
// Every section has one. help_test.go lists what the instructions speak of.
//
// # A new edition of the format
//
// Filed documents name the edition they were made with and are read with its table
// for ever, so an edition is added and never changed:
//
//  1. Put its sections in files of their own (e2027_01_general.go …) and make a
//     second list beside sections. Parts that did not change are shared; a part that
//     did gets a new name.
//  2. Add catalogues under new names where the lists differ.
//  3. Give the edition to the lookup: its date in Edition, and in CurrentEdition from
//     the day it takes effect. There is no "if edition" anywhere else.
//  4. Write its words, regenerate its golden list of public fields, and compare the
//     table with the new schema as table_test.go does with the present one.
//  5. Say in Prefill's tests what becomes of fields that were renamed.
package forms
