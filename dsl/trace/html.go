package trace

import (
	_ "embed"
	"html"
	"io"
	"slices"
	"strconv"
	"strings"
)

// HTMLOptions say what [Node.WriteHTML] shows. The zero value is a page of the whole tree,
// without the roads not taken, two levels open.
type HTMLOptions struct {
	Title    string // of the page; "" is what is explained
	Lang     string // of the plan's and the data's words, such as "de"; "" is English, as the page's own
	Open     int    // levels that are open at first; 0 is two, less than 0 is all
	Depth    int    // levels below the root that are in the page; 0 is all
	Siblings int    // children of one node before the rest is counted only; 0 is all
	NotTaken bool   // have the roads not taken too
}

const (
	openLevels = 2
	htmlLevels = 90 // of one list: browsers nest no more than 512 elements, three a level
)

//go:embed style.css
var style string

// WriteHTML writes the tree as one page for a browser or a printer: no script, no other
// file, light or dark as the reader's system is. Nodes open and close; what is closed is
// in the page. The same tree gives the same bytes. A tree that is too deep for browsers
// goes on in a part of its own, with a link. Below it stands what the ops mean that occur.
func (n *Node) WriteHTML(w io.Writer, o HTMLOptions) error {
	p := page{w: w, open: o.Open}
	switch {
	case o.Open == 0:
		p.open = openLevels
	case o.Open < 0:
		p.open = int(^uint(0) >> 1)
	}
	parts := lay(n, bounds{o.Depth, o.Siblings, o.NotTaken, htmlLevels})
	p.head(parts, o)
	for i := range parts {
		if i > 0 {
			number := strconv.Itoa(i + 1)
			p.line(`<h2 id="part-` + number + `">Part ` + number + `</h2>`)
		}
		p.line(`<ul class="tree" role="list">`)
		p.node(&parts[i], 0)
		p.line("</ul>")
	}
	p.legend()
	p.line("</main>\n</body>\n</html>")
	return p.err
}

type page struct {
	w    io.Writer
	open int
	used []string // ops that occur
	err  error
}

func (p *page) line(s string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, s+"\n")
	}
}

func (p *page) head(parts []view, o HTMLOptions) {
	title, lang := visible(o.Title), o.Lang
	if lang == "" {
		lang = "en"
	}
	if title == "" && parts != nil {
		title = strings.TrimSpace(parts[0].op + " " + parts[0].label)
	}
	if title == "" {
		title = "Explanation"
	}
	p.line("<!DOCTYPE html>\n" + `<html lang="` + html.EscapeString(visible(lang)) + "\">\n<head>\n" + `<meta charset="utf-8"/>`)
	p.line(`<meta name="viewport" content="width=device-width, initial-scale=1"/>`)
	p.line(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>`)
	p.line("<title>" + html.EscapeString(title) + "</title>\n<style>\n" + style + "</style>\n</head>\n<body>\n<main>")
	p.line("<h1>" + bdi("", title) + "</h1>")
	if parts == nil {
		p.line(`<p class="lead">nothing to explain</p>`)
		return
	}
	p.line(`<p class="lead">Each line follows from the lines indented below it, its children. Numbers are exact, as computed.</p>`)
}

func (p *page) node(v *view, level int) {
	if !slices.Contains(p.used, v.op) {
		p.used = append(p.used, v.op)
	}
	line := htmlHeadline(&v.headline)
	more, unseen := v.remainder(), v.unseen()
	if len(v.kids)+len(v.roads) == 0 && more == "" {
		p.line(`<li><div class="leaf">` + line + "</div></li>")
		return
	}
	open := ""
	if level < p.open {
		open = ` open=""`
	}
	p.line("<li><details" + open + "><summary>" + line + "</summary>\n" + `<ul role="list">`)
	switch {
	case v.part > 0:
		p.line(`<li class="more"><a href="#part-` + strconv.Itoa(v.part) + `">` + more + "</a></li>")
	case more != "":
		p.line(`<li class="more">` + more + "</li>")
	}
	for i := range v.kids {
		p.node(&v.kids[i], level+1)
	}
	if unseen != "" {
		p.line(`<li class="more">` + unseen + "</li>")
	}
	for i := range v.roads {
		p.node(&v.roads[i], level+1)
	}
	p.line("</ul></details></li>")
}

// htmlHeadline keeps the direction of writing of every word from elsewhere to itself.
func htmlHeadline(h *headline) string {
	var out []string
	if h.notTaken {
		out = append(out, `<span class="road">not taken:</span>`)
	}
	if q := h.quantity(); q != "" {
		out = append(out, `<strong class="value">`+bdi("", q)+"</strong>")
	}
	if h.op != "" {
		out = append(out, `<span class="op">`+html.EscapeString(h.op)+"</span>")
	}
	if h.label != "" {
		out = append(out, bdi("label", h.label))
	}
	if h.text != "" {
		out = append(out, `<code dir="auto">`+html.EscapeString(h.text)+"</code>")
	}
	if h.detail != "" {
		out = append(out, `<span class="detail">(`+bdi("", h.detail)+")</span>")
	}
	for _, f := range h.flags {
		out = append(out, `<span class="flag">`+f+"</span>")
	}
	if h.at != "" {
		out = append(out, bdi("at", h.at))
	}
	return strings.Join(out, " ")
}

func bdi(class, s string) string {
	if class != "" {
		class = ` class="` + class + `"`
	}
	return "<bdi" + class + ">" + html.EscapeString(s) + "</bdi>"
}

// legend says what the ops mean that occur, in the order of the table.
func (p *page) legend() {
	if len(p.used) == 0 {
		return
	}
	p.line("<h2>What the words mean</h2>\n<dl>")
	for _, m := range meanings {
		if slices.Contains(p.used, string(m.op)) {
			p.line("<dt>" + string(m.op) + "</dt><dd>" + html.EscapeString(m.says) + "</dd>")
		}
	}
	p.line("</dl>")
}
