package sample

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"declara/forms"
)

// The invented world: none of these companies, schools, banks or streets is
// meant to be a real one.
var (
	companies   = []string{"Papelería Los Fresnos", "Ferretería El Yunque", "Constructora Valle Encinos", "Grupo Agrícola La Ceiba", "Transportes Sierra Verde", "Consultoría Tres Puentes", "Abarrotes Doña Lupe", "Servicios Integrales Nopalera", "Taller Mecánico Hermanos Ávila", "Inmobiliaria Cerro Azul", "Comercializadora Tepozán", "Clínica Santa Brígida", "Despacho Contable Arriaga", "Alimentos del Bajío Nuevo", "Textiles Xochipilli", "Hotel Mirador del Valle", "Distribuidora Girasol", "Estudio de Arquitectura Adobe"}
	endings     = []string{", S.A. de C.V.", ", S. de R.L.", ", S.C.", ", A.C.", ", S.P.R. de R.L."}
	banks       = []string{"Banco del Valle", "Caja Popular San Isidro", "Banco Ceiba", "Unión de Crédito Encinos", "Financiera Amate", "Casa de Bolsa Quetzal"}
	schools     = []string{"Universidad Autónoma de Valle Encinos", "Instituto Tecnológico de la Sierra", "Universidad Tepozán", "Preparatoria Benito Juárez", "Centro de Estudios Amate", "Universidad Intercultural del Valle", "Escuela Normal Rural Nopalera"}
	degrees     = []string{"Derecho", "Contaduría Pública", "Ingeniería Civil", "Administración", "Arquitectura", "Trabajo Social", "Sistemas Computacionales", "Ciencia Política", "Enfermería", "Agronomía"}
	publicBody  = []string{"Municipio de Valle Encinos", "Municipio de San Jerónimo Tepozán", "Secretaría de Finanzas del Estado", "Comisión Estatal del Agua", "Sistema DIF Estatal", "Congreso del Estado", "Instituto de Vivienda del Estado"}
	areas       = []string{"Tesorería", "Obras Públicas", "Recursos Humanos", "Jurídico", "Sistemas", "Compras", "Atención Ciudadana", "Planeación"}
	jobs        = []string{"Analista", "Jefa de oficina", "Auxiliar administrativo", "Supervisora", "Coordinador", "Asesora", "Encargado de almacén", "Contadora"}
	duties      = []string{"Administrar los recursos del área", "Atender a la ciudadanía", "Supervisar obras y contratos", "Llevar la contabilidad", "Coordinar al personal", "Dar mantenimiento a los sistemas"}
	streets     = []string{"Hidalgo", "Morelos", "Independencia", "Los Encinos", "Niños Héroes", "Cinco de Mayo", "Las Jacarandas", "Benito Juárez", "Emiliano Zapata", "El Amate"}
	quarters    = []string{"Centro", "San Isidro", "La Ceiba", "Las Flores", "El Mirador", "Lomas del Valle", "Barrio Alto", "Ejidal"}
	cities      = []string{"San Antonio", "Ciudad de Guatemala", "Madrid", "Toronto", "Bogotá"}
	provinces   = []string{"Texas", "Guatemala", "Comunidad de Madrid", "Ontario", "Cundinamarca"}
	abroad      = []string{"US", "GT", "ES", "CA", "CO"}
	cars        = [][2]string{{"Nissan", "Versa"}, {"Chevrolet", "Aveo"}, {"Toyota", "Hilux"}, {"Volkswagen", "Jetta"}, {"Ford", "Ranger"}, {"Honda", "CR-V"}, {"Kia", "Rio"}, {"Mazda", "3"}}
	movables    = []string{"Menaje de casa", "Juego de joyas de oro", "Colección de pinturas", "Ganado bovino, 12 cabezas", "Equipo fotográfico", "Maquinaria de carpintería"}
	businesses  = []string{"Venta de papelería y copias", "Renta de maquinaria", "Cultivo de aguacate", "Comida preparada", "Taller de costura"}
	services    = []string{"Docencia", "Asesoría contable", "Consulta médica", "Traducción", "Proyectos de obra"}
	otherIncome = []string{"Arrendamiento de un local", "Regalías de un libro", "Premio de un concurso", "Pensión", "Apoyo de familiares"}
	programmes  = []string{"Becas Encinos", "Apoyo al Campo", "Vivienda Digna", "Mujeres que Emprenden", "Jóvenes al Trabajo"}
	goods       = []string{"Semilla y fertilizante", "Materiales de construcción", "Despensa mensual", "Equipo de cómputo", "Boletos para un congreso"}
	roles       = []string{"Consejera", "Tesorero", "Secretaria", "Vocal", "Presidenta del consejo"}
	kin         = []string{"Hermano", "Madre", "Amistad", "Primo", "Tía"}
)

// answer gives a field of the walk one answer that its kind and name allow.
func (w *walk) answer(p forms.Path, f *forms.Field) {
	switch f.Kind {
	case forms.YesNo:
		w.d.Answers.Set(p, w.yesNo(f.Name))
	case forms.Choice:
		w.choice(p, f)
	case forms.Choices:
		w.choices(p, f)
	case forms.Money:
		w.d.Answers.Set(p, strconv.FormatInt(w.money(f.Name), 10))
	case forms.Integer, forms.Percent:
		w.d.Answers.Set(p, w.number(f.Name))
	case forms.Date:
		day := w.date(f.Name)
		if who, ok := w.relative(p); ok && f.Name == "fechaNacimiento" {
			day = who.Born
		}
		w.d.Answers.Set(p, w.grown(p, day))
	case forms.Text, forms.Paragraph:
		if v := w.text(p, f); v != "" || !required(f) {
			w.d.Answers.Set(p, v)
		}
	}
}

func required(f *forms.Field) bool { return strings.Contains(","+f.Rules+",", ",required,") }

// yesNo weighs the questions that open or close whole sections.
func (w *walk) yesNo(name string) string {
	p := 0.5
	switch name {
	case "ninguno":
		p = 0.75 - 0.55*w.o.Wealth
	case "ciudadanoExtranjero", "extranjero", "contratadoPorHonorarios":
		p = 0.08
	case "cuentaConOtroCargoPublico":
		p = 0.15
	case "habitaDomicilioDeclarante":
		p = 0.8
	}
	if w.o.Extremes && name == "ninguno" {
		p = 0
	}
	if w.r.Float64() < p {
		return forms.Yes
	}
	return forms.No
}

// usual are the options that an ordinary person has most often, by field name.
var usual = map[string]string{
	"titular": "DEC", "pais": "MX", "paisNacimiento": "MX", "nacionalidad": "MX", "tipoRelacion": "DECLARANTE",
	"beneficiarioPrograma": "DC", "beneficiario": "DC", "ubicacion": "MX", "lugarDondeReside": "MEXICO", "unidad": "m2",
	"tipoVehiculo": "AUMOT", "tipo": "AUMOT", "nivelOrdenGobierno": "MUNICIPAL_ALCALDIA", "ambitoPublico": "EJECUTIVO", "lugar": "MX",
}

func (w *walk) choice(p forms.Path, f *forms.Field) {
	options := f.From.Options(w.parent(p, f))
	if len(options) == 0 {
		return
	}
	key := pick(w.r, options).Key
	if u, ok := usual[f.Name]; ok && f.From.Has(u) && w.r.Float64() < 0.82 {
		key = u
	} else if f.From == forms.Countries {
		key = pick(w.r, abroad)
	}
	if f.Name == "actividadLaboral" && w.minor(sibling(p, "fechaNacimiento")) {
		key = "NIN"
	}
	w.d.Answers.Set(p, key)
	w.d.Answers.Set(p.Join(forms.Other))
	if key == f.From.Other && key != "" {
		w.d.Answers.Set(p.Join(forms.Other), "Otro: "+strings.ToLower(pick(w.r, businesses)))
	}
}

// minor reports whether the day of birth at p is less than 19 years ago; minors
// have no job here.
func (w *walk) minor(p forms.Path) bool {
	born, err := time.Parse(time.DateOnly, w.d.Answers.Get(p))
	today, fault := time.Parse(time.DateOnly, w.o.Today)
	return err == nil && fault == nil && born.AddDate(19, 0, 0).After(today)
}

// grown is a day at which the person whom the group above p is about was of age:
// nobody begins to work before.
func (w *walk) grown(p forms.Path, day string) string {
	group := p[:strings.LastIndexByte(string(p), '.')]
	born, err := time.Parse(time.DateOnly, w.d.Answers.Get(sibling(group, "fechaNacimiento")))
	if err != nil {
		return day
	}
	return max(day, born.AddDate(18, 1, 0).Format(time.DateOnly))
}

// parent is the answer of the sibling that narrows a catalogue, as the state
// narrows the municipalities.
func (w *walk) parent(p forms.Path, f *forms.Field) string {
	if f.From.By == "" {
		return ""
	}
	return w.d.Answers.Get(sibling(p, f.From.By))
}

func sibling(p forms.Path, name string) forms.Path {
	s := string(p)
	return forms.Path(s[:strings.LastIndexByte(s, '.')+1] + name)
}

func (w *walk) choices(p forms.Path, f *forms.Field) {
	options := f.From.Options("")
	values := []string{pick(w.r, options).Key}
	if u, ok := usual[f.Name]; ok && f.From.Has(u) && w.r.Float64() < 0.85 {
		values = []string{u}
		if w.r.Float64() < 0.2 {
			if more := pick(w.r, options).Key; more != u {
				values = append(values, more)
			}
		}
	}
	w.d.Answers.Set(p, values...)
	w.d.Answers.Set(p.Join(forms.Other))
	for _, v := range values {
		if v == f.From.Other && v != "" {
			w.d.Answers.Set(p.Join(forms.Other), "Asociación "+pick(w.r, quarters))
		}
	}
}

// money is an amount in whole pesos of the size that a field of the name has.
func (w *walk) money(name string) int64 {
	monthly := max(w.o.Person.Salary, 8000)
	between := func(low, high int64) int64 { return low + w.r.Int64N(high-low+1) }
	switch {
	case strings.HasPrefix(name, "remuneracionMensual"):
		return monthly
	case strings.HasPrefix(name, "remuneracionAnual"):
		return monthly*12 + between(0, monthly)
	case strings.HasPrefix(name, "remuneracionConclusion"), strings.HasPrefix(name, "remuneracionNeta"):
		return monthly * between(1, 11)
	case strings.HasSuffix(name, "ParejaDependiente"):
		return between(0, monthly*6)
	case name == "remuneracion":
		return between(600, monthly*3)
	case strings.HasPrefix(name, "saldo"):
		return between(0, monthly*20)
	case name == "valorAdquisicion":
		return between(60, 1900) * 1000
	case name == "montoOriginal":
		return between(8, 900) * 1000
	}
	return between(500, monthly*2)
}

func (w *walk) number(name string) string {
	switch name {
	case "anio":
		return strconv.Itoa(2006 + w.r.IntN(20))
	case "porcentajePropiedad", "porcentajeParticipacion":
		return strconv.Itoa(1 + w.r.IntN(100))
	}
	return strconv.Itoa(40 + w.r.IntN(900))
}

// spans are the years before the day of filing in which a date of the name may
// fall; the first of two dates of a pair lies before the second.
func (w *walk) date(name string) string {
	today, err := time.Parse(time.DateOnly, w.o.Today)
	if err != nil {
		today = time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	}
	ago := func(from, to int) string {
		return today.AddDate(0, 0, -365*to-w.r.IntN(365*(from-to)+1)).Format(time.DateOnly)
	}
	switch name {
	case "fechaTomaPosesion":
		if w.o.Event != "" {
			return w.o.Event
		}
	case "fechaNacimiento":
		return ago(45, 2)
	case "fechaIngreso":
		return ago(14, 8)
	case "fechaEgreso":
		return ago(7, 2)
	case "fechaConclusion":
		year := w.d.Year
		if event, err := time.Parse(time.DateOnly, w.o.Event); err == nil {
			year = min(year, event.Year())
		}
		return time.Date(year-1, time.December, 1+w.r.IntN(31), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}
	return ago(12, 1)
}

// text answers a text field by its name. An empty answer leaves an optional
// field open.
func (w *walk) text(p forms.Path, f *forms.Field) string {
	me := strings.HasPrefix(string(p), "datosGenerales.")
	o := w.o.Person
	if !required(f) && !me && w.r.Float64() < 0.3 {
		return ""
	}
	if who, ok := w.relative(p); ok {
		o, me = who, me || identifies(f.Name)
	}
	switch f.Name {
	case "nombre":
		if me {
			return o.Given
		}
		if strings.Contains(string(p), "institucionEducativa") {
			return pick(w.r, schools)
		}
		return pick(w.r, append(women, men...))
	case "primerApellido":
		if me {
			return o.First
		}
		return pick(w.r, surnames)
	case "segundoApellido":
		if me {
			return o.Second
		}
		return pick(w.r, surnames)
	case "curp":
		if me {
			return o.CURP
		}
		return person(w.r, 18, 60).CURP
	case "homoClave":
		return o.RFC[10:]
	case "rfc", "rfcFideicomiso":
		return w.rfc(p, me)
	case "institucional":
		return account(o) + "@valleencinos.example"
	case "personal":
		return account(o) + "@correo.example"
	case "casa", "celularPersonal", "telefono":
		return fmt.Sprintf("951%07d", w.r.IntN(10_000_000))
	case "extension":
		return strconv.Itoa(100 + w.r.IntN(90))
	case "aclaracionesObservaciones":
		if w.r.Float64() < 0.85 {
			return ""
		}
		return "El valor es el de la operación; " + strings.ToLower(pick(w.r, duties)) + "."
	case "calle":
		return pick(w.r, streets)
	case "numeroExterior", "numeroInterior":
		return strconv.Itoa(1 + w.r.IntN(480))
	case "coloniaLocalidad":
		return pick(w.r, quarters)
	case "codigoPostal":
		return fmt.Sprintf("%05d", 20000+w.r.IntN(79000))
	case "ciudadLocalidad":
		return pick(w.r, cities)
	case "estadoProvincia":
		return pick(w.r, provinces)
	}
	if strings.HasPrefix(string(p), "datosEmpleoCargoComision.") && !strings.Contains(string(p), "otroEmpleo") {
		switch f.Name {
		case "nombreEntePublico":
			return publicBody[0]
		case "areaAdscripcion":
			return o.Unit
		case "empleoCargoComision":
			return o.Post
		}
	}
	if f.Name == "modelo" {
		return model(w.d.Answers.Get(sibling(p, "marca")))
	}
	return w.words(f.Name)
}

// model is a model of that make.
func model(brand string) string {
	for _, c := range cars {
		if c[0] == brand {
			return c[1]
		}
	}
	return cars[0][1]
}

// words answers the text fields whose answers come from one list each.
func (w *walk) words(name string) string {
	lists := map[string][]string{
		"carreraAreaConocimiento": degrees, "nombreEntePublico": publicBody, "areaAdscripcion": areas, "area": areas,
		"empleoCargoComision": jobs, "empleoCargo": jobs, "puesto": jobs, "funcionPrincipal": duties, "puestoRol": roles,
		"tipoNegocio": businesses, "tipoServicio": services, "tipoIngreso": otherIncome, "descripcionGeneralBien": movables,
		"institucionRazonSocial": banks, "nombreInstitucion": banks, "nombrePrograma": programmes,
		"institucionOtorgante": publicBody, "especifiqueApoyo": goods, "especifiqueBeneficio": goods, "relacionConTitular": kin,
	}
	if list, ok := lists[name]; ok {
		return pick(w.r, list)
	}
	switch name {
	case "nivelEmpleoCargoComision":
		return w.o.Person.Grade
	case "marca":
		return pick(w.r, cars)[0]
	case "numeroSerieRegistro":
		return w.code("3N1", 14)
	case "datoIdentificacion":
		return w.code("FR-", 8)
	case "numeroCuentaContrato":
		return w.code("", 11)
	case "nombreTitular":
		return person(w.r, 25, 70).Name()
	}
	if strings.HasPrefix(name, "nombreEmpresa") && w.r.IntN(6) == 0 {
		return person(w.r, 25, 70).Name() // who trades in his own name
	}
	return pick(w.r, companies) + pick(w.r, endings)
}

// code is a prefix and n digits.
func (w *walk) code(prefix string, n int) string {
	var b strings.Builder
	b.WriteString(prefix)
	for range n {
		b.WriteByte('0' + byte(w.r.IntN(10)))
	}
	return b.String()
}

// relative is the partner or dependant whom a question is about, always the same:
// name, day of birth, RFC and CURP have to agree.
func (w *walk) relative(p forms.Path) (Person, bool) {
	group := p[:strings.LastIndexByte(string(p), '.')]
	if group != "datosPareja" && (!strings.HasPrefix(string(group), "datosDependienteEconomico.") || strings.Count(string(group), ".") != 2) {
		return Person{}, false
	}
	who, ok := w.kin[group]
	if !ok {
		older := 0 // ages of person are those of 2026
		if today, err := time.Parse(time.DateOnly, w.o.Today); err == nil {
			older = max(0, 2026-today.Year())
		}
		if who = person(w.r, 2+older, 45+older); group == "datosPareja" {
			who = person(w.r, 21+older, 60+older)
		}
		w.kin[group] = who
	}
	return who, true
}

// identifies reports whether a question about a person asks who it is.
func identifies(name string) bool {
	return slices.Contains([]string{"nombre", "primerApellido", "segundoApellido", "curp"}, name)
}

// rfc is the declarant's own in her general data, and else that of a person or a
// company, as the answer about the kind of person beside it says. Where none does,
// a name without the ending of a company is a trader's.
func (w *walk) rfc(p forms.Path, me bool) string {
	if me {
		return w.o.Person.RFC[:10]
	}
	if who, ok := w.relative(p); ok {
		return who.RFC
	}
	natural := false
	for _, name := range []string{"nombreEmpresaSociedadAsociacion", "nombreEmpresaServicio"} {
		if is := w.d.Answers.Get(sibling(p, name)); is != "" && !strings.Contains(is, ", ") {
			natural = true
		}
	}
	for _, name := range []string{"tipoPersona", "tipoDuenoTitular"} {
		if w.d.Answers.Get(sibling(p, name)) == "FISICA" {
			natural = true
		}
	}
	if natural {
		return person(w.r, 20, 70).RFC
	}
	return companyRFC(w.r)
}

// account is the part of an invented address before the @.
func account(p Person) string {
	join := string(letters(p.Given)) + "." + string(letters(p.First))
	return strings.ToLower(strings.ReplaceAll(join, "Ñ", "n"))
}
