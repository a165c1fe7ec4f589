package sample

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// Person is an invented official.
type Person struct {
	Given, First, Second string
	Born                 string // yyyy-mm-dd
	Woman                bool
	State                string // two letters of the CURP
	RFC, CURP            string
	Unit, Post, Grade    string
	Boss                 bool  // jefatura de departamento or above: declares the full format
	Salary               int64 // net pesos a month
}

// Name is the whole name in the usual order.
func (p Person) Name() string {
	return strings.TrimSpace(p.Given + " " + p.First + " " + p.Second)
}

var women = []string{"María Guadalupe", "Juana", "Rosa Elena", "Verónica", "Leticia", "Adriana", "Patricia", "Claudia", "Gabriela", "Alejandra", "Yolanda", "Silvia", "Martha", "Araceli", "Norma", "Beatriz", "Itzel", "Xóchitl", "Fernanda", "Daniela", "Karla", "Rocío", "Lucía", "Citlali", "Nayeli", "Irma", "Graciela", "Ximena", "Paola", "Teresa"}
var men = []string{"José Luis", "Juan Carlos", "Miguel Ángel", "Francisco", "Jesús", "Antonio", "Alejandro", "Pedro", "Manuel", "Roberto", "Fernando", "Jorge", "Ricardo", "Eduardo", "Raúl", "Javier", "Sergio", "Rafael", "Daniel", "Arturo", "Óscar", "Héctor", "Iván", "Gerardo", "Víctor", "Hugo", "Rubén", "Alfredo", "Cuauhtémoc", "Emiliano"}
var surnames = []string{"Hernández", "García", "Martínez", "López", "González", "Pérez", "Rodríguez", "Sánchez", "Ramírez", "Cruz", "Flores", "Gómez", "Morales", "Vázquez", "Reyes", "Jiménez", "Torres", "Díaz", "Gutiérrez", "Ruiz", "Mendoza", "Aguilar", "Ortiz", "Moreno", "Castillo", "Romero", "Álvarez", "Méndez", "Chávez", "Rivera", "Juárez", "Ramos", "Domínguez", "Herrera", "Medina", "Castro", "Vargas", "Guzmán", "Velázquez", "Muñoz", "Rojas", "Contreras", "Salazar", "Luna", "Ortega", "Zavala", "Ibarra", "Peña", "Ñáñez", "Núñez", "Cortés", "Barrera", "Lozano", "Quiroz", "Toledo", "Villalobos", "Ybarra", "Zúñiga", "Bautista", "Santiago"}

var states = []string{"AS", "BC", "CC", "CH", "CL", "CM", "CS", "DF", "DG", "GR", "GT", "HG", "JC", "MC", "MN", "MS", "NL", "NT", "OC", "PL", "QR", "QT", "SL", "SP", "SR", "TC", "TL", "TS", "VZ", "YN", "ZS"}

// post is an invented line of a municipality's table of posts, as a woman and as a
// man who holds it is called.
type post struct {
	unit, she, he, grade string
	boss                 bool
	salary               int64
}

var posts = []post{
	{"Presidencia Municipal", "Presidenta Municipal", "Presidente Municipal", "A1", true, 48000},
	{"Sindicatura", "Síndica Procuradora", "Síndico Procurador", "A2", true, 39000},
	{"Cabildo", "Regidora de Hacienda", "Regidor de Hacienda", "A3", true, 34000},
	{"Tesorería", "Tesorera Municipal", "Tesorero Municipal", "A3", true, 36500},
	{"Tesorería", "Jefa de Departamento de Ingresos", "Jefe de Departamento de Ingresos", "B2", true, 21400},
	{"Tesorería", "Cajera", "Cajero", "D4", false, 9800},
	{"Obras Públicas", "Directora de Obras Públicas", "Director de Obras Públicas", "B1", true, 29800},
	{"Obras Públicas", "Supervisora de Obra", "Supervisor de Obra", "C3", false, 14600},
	{"Obras Públicas", "Residente de Obra", "Residente de Obra", "C3", false, 14200},
	{"Seguridad Pública", "Directora de Seguridad Pública", "Director de Seguridad Pública", "B1", true, 31200},
	{"Seguridad Pública", "Policía Tercera", "Policía Tercero", "D1", false, 12900},
	{"Seguridad Pública", "Operadora de Radio", "Operador de Radio", "D3", false, 10400},
	{"Servicios Públicos", "Directora de Servicios Públicos", "Director de Servicios Públicos", "B1", true, 26900},
	{"Servicios Públicos", "Jefa de Alumbrado", "Jefe de Alumbrado", "B3", true, 17600},
	{"Servicios Públicos", "Auxiliar de Limpia", "Auxiliar de Limpia", "E2", false, 7900},
	{"Registro Civil", "Oficial del Registro Civil", "Oficial del Registro Civil", "B3", true, 18900},
	{"Registro Civil", "Auxiliar Administrativa", "Auxiliar Administrativo", "D4", false, 9200},
	{"Desarrollo Social", "Directora de Desarrollo Social", "Director de Desarrollo Social", "B1", true, 25800},
	{"Desarrollo Social", "Promotora Comunitaria", "Promotor Comunitario", "D2", false, 9900},
	{"Contraloría Municipal", "Auditora", "Auditor", "C1", false, 16800},
	{"Sistemas", "Jefa de Departamento de Sistemas", "Jefe de Departamento de Sistemas", "B2", true, 20900},
	{"Sistemas", "Técnica en Redes", "Técnico en Redes", "C4", false, 12300},
	{"DIF Municipal", "Trabajadora Social", "Trabajador Social", "C4", false, 11800},
	{"Catastro", "Jefa de Catastro", "Jefe de Catastro", "B2", true, 19800},
	{"Catastro", "Topógrafa", "Topógrafo", "C3", false, 13700},
	{"Ecología", "Inspectora Ambiental", "Inspector Ambiental", "C4", false, 11900},
	{"Secretaría del Ayuntamiento", "Secretaria del Ayuntamiento", "Secretario del Ayuntamiento", "A3", true, 33500},
	{"Protección Civil", "Coordinadora de Protección Civil", "Coordinador de Protección Civil", "B2", true, 20100},
	{"Protección Civil", "Paramédica", "Paramédico", "D1", false, 11600},
	{"Cultura y Deporte", "Promotora de Lectura", "Promotor de Lectura", "D2", false, 9400},
}

// Official invents the official of that seed. Names, dates and post are the same
// for the same seed.
func Official(seed int64) Person {
	r := rand.New(rand.NewPCG(uint64(seed), 0x0ff1c1a1))
	q := posts[r.IntN(len(posts))]
	p := person(r, 22, 63)
	p.Unit, p.Post, p.Grade, p.Boss, p.Salary = q.unit, q.he, q.grade, q.boss, q.salary
	if p.Woman {
		p.Post = q.she
	}
	return p
}

// person invents somebody whose age in 2026 is between the bounds.
func person(r *rand.Rand, youngest, oldest int) Person {
	p := Person{Woman: r.IntN(2) == 0, State: pick(r, states)}
	if p.Woman {
		p.Given = pick(r, women)
	} else {
		p.Given = pick(r, men)
	}
	p.First, p.Second = pick(r, surnames), pick(r, surnames)
	if r.IntN(14) == 0 {
		p.Second = ""
	}
	born := time.Date(2026-youngest-r.IntN(oldest-youngest), time.Month(1+r.IntN(12)), 1+r.IntN(28), 0, 0, 0, 0, time.UTC)
	p.Born = born.Format(time.DateOnly)
	p.RFC = rfcOf(r, p, born)
	p.CURP = curpOf(r, p, born)
	return p
}

func pick[T any](r *rand.Rand, of []T) T { return of[r.IntN(len(of))] }

// plain folds a name to the letters that RFC and CURP are made of.
var plain = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ü", "u",
	"Á", "A", "É", "E", "Í", "I", "Ó", "O", "Ú", "U", "Ü", "U")

func letters(name string) []rune {
	word, _, _ := strings.Cut(name, " ")
	return []rune(strings.ToUpper(plain.Replace(word)))
}

// initials are the four letters that both keys begin with: first letter and
// first inner vowel of the first surname, first letters of the second surname
// and of the name. A letter that is missing is X.
func initials(p Person) string {
	first, second, given := letters(p.First), letters(p.Second), letters(p.Given)
	out := []rune{'X', 'X', 'X', 'X'}
	if len(first) > 0 {
		out[0] = first[0]
	}
	for _, c := range first[min(1, len(first)):] {
		if strings.ContainsRune("AEIOU", c) {
			out[1] = c
			break
		}
	}
	if len(second) > 0 {
		out[2] = second[0]
	}
	if len(given) > 0 {
		out[3] = given[0]
	}
	return strings.ReplaceAll(string(out), "Ñ", "X")
}

const (
	rfcValues  = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ"
	curpValues = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
	alphanum   = "ABCDEFGHIJKLMNPQRSTUVWXYZ123456789"
)

func rfcOf(r *rand.Rand, p Person, born time.Time) string {
	body := initials(p) + born.Format("060102") + string(alphanum[r.IntN(len(alphanum))]) + string(alphanum[r.IntN(len(alphanum))])
	return body + rfcDigit(body)
}

// rfcDigit is the check digit of an RFC without it: 12 characters for a person,
// 11 for a company.
func rfcDigit(body string) string {
	padded := []rune(fmt.Sprintf("%12s", body))
	sum := 0
	for i, c := range padded {
		sum += index(rfcValues, c) * (13 - i)
	}
	switch d := (11 - sum%11) % 11; d {
	case 10:
		return "A"
	default:
		return fmt.Sprint(d)
	}
}

func curpOf(r *rand.Rand, p Person, born time.Time) string {
	sex := "H"
	if p.Woman {
		sex = "M"
	}
	century := string('0' + rune(r.IntN(10)))
	if born.Year() >= 2000 {
		century = string('A' + rune(r.IntN(10)))
	}
	body := initials(p) + born.Format("060102") + sex + p.State +
		string([]rune{consonant(p.First), consonant(p.Second), consonant(p.Given)}) + century
	sum := 0
	for i, c := range []rune(body) {
		sum += index(curpValues, c) * (18 - i)
	}
	return body + fmt.Sprint((10-sum%10)%10)
}

// consonant is the first inner consonant of a name, X when it has none.
func consonant(name string) rune {
	word := letters(name)
	for _, c := range word[min(1, len(word)):] {
		if c >= 'A' && c <= 'Z' && !strings.ContainsRune("AEIOU", c) {
			return c
		}
	}
	return 'X'
}

func index(in string, c rune) int {
	for i, v := range []rune(in) {
		if v == c {
			return i
		}
	}
	return 0
}

// companyRFC invents the RFC of a company: three letters, a date, a homoclave.
func companyRFC(r *rand.Rand) string {
	born := time.Date(1985+r.IntN(38), time.Month(1+r.IntN(12)), 1+r.IntN(28), 0, 0, 0, 0, time.UTC)
	body := ""
	for range 3 {
		body += string(rune('A' + r.IntN(26)))
	}
	body += born.Format("060102") + string(alphanum[r.IntN(len(alphanum))]) + string(alphanum[r.IntN(len(alphanum))])
	return body + rfcDigit(body)
}
