package main

import (
	"fmt"
	"image/color"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// This file draws the charts of the README and of docs/performance.md. Their ground is white, so that they can be read on a dark page too.

// colors go with libraries, by index; they can be told apart by the colour-blind (Okabe and Ito).
var colors = []color.Color{
	color.RGBA{0x00, 0x72, 0xb2, 0xff},
	color.RGBA{0xe6, 0x9f, 0x00, 0xff},
	color.RGBA{0x00, 0x9e, 0x73, 0xff},
	color.RGBA{0xcc, 0x79, 0xa7, 0xff},
	color.RGBA{0x99, 0x99, 0x99, 0xff},
}

// draw writes a chart of each section that was run.
func (rep *report) draw(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if rep.matrix != nil {
		if err := rep.drawMatrix(filepath.Join(dir, "matrix.svg")); err != nil {
			return err
		}
	}
	if rep.scaling != nil {
		if err := rep.drawScaling(filepath.Join(dir, "origins.svg")); err != nil {
			return err
		}
	}
	if rep.patterns != nil {
		return rep.drawPatterns(filepath.Join(dir, "regexps.svg"))
	}
	return nil
}

// drawMatrix has a panel for each of the four requests, and in it bars for each number and kind of origins.
func (rep *report) drawMatrix(path string) error {
	var panels []*plot.Plot
	top := 0.0
	for _, c := range cells {
		p := newChart(strings.NewReplacer("request=", "", "/verdict=", ", ").Replace(c.String()))
		var labels []string
		values := make([]plotter.Values, len(libraries))
		for _, row := range rep.matrix {
			if row.cell != c {
				continue
			}
			labels = append(labels, short(row.n)+map[string]string{"exact": "", "wildcard": " *."}[row.kind])
			for i, l := range libraries {
				values[i] = append(values[i], row.results[l.name].ns)
				top = max(top, row.results[l.name].ns)
			}
		}
		var names []string
		for _, l := range libraries {
			names = append(names, l.name)
		}
		if err := addBars(p, names, values, vg.Points(4)); err != nil {
			return err
		}
		p.NominalX(labels...)
		panels = append(panels, p)
	}
	for i, p := range panels {
		if i > 0 {
			p.Legend = plot.NewLegend()
		}
		p.Y.Max = math.Log10(top)
	}
	return save(path, 24*vg.Centimeter, 14*vg.Centimeter, [][]*plot.Plot{panels[:2], panels[2:]})
}

// drawScaling has a line for each library: what an allowed request costs by the number of exact origins.
func (rep *report) drawScaling(path string) error {
	p := newChart("an allowed request, by the number of exact origins")
	p.X.Label.Text = "origins"
	p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, decades(func(x float64) string { return short(int(math.Round(x))) })
	p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, decades(tick)
	lines := make([]plotter.XYs, len(libraries))
	for _, row := range rep.scaling {
		lines[0] = append(lines[0], plotter.XY{X: float64(row.n), Y: row.results[scalingRequests[0]].ns})
	}
	for _, row := range rep.matrix {
		for i, l := range libraries[1:] {
			if row.cell == cells[0] && row.kind == "exact" {
				lines[i+1] = append(lines[i+1], plotter.XY{X: float64(row.n), Y: row.results[l.name].ns})
			}
		}
	}
	for i, l := range libraries {
		if len(lines[i]) == 0 {
			continue
		}
		line, points, err := plotter.NewLinePoints(lines[i])
		if err != nil {
			return err
		}
		line.Color, points.Color, points.Shape, points.Radius = colors[i], colors[i], draw.CircleGlyph{}, vg.Points(2)
		line.Width = vg.Points(1.5)
		p.Add(line, points)
		p.Legend.Add(l.name, line, points)
	}
	p.Y.Min, p.Y.Max = 10, math.Pow(10, math.Ceil(math.Log10(p.Y.Max)))
	return save(path, 14*vg.Centimeter, 9*vg.Centimeter, [][]*plot.Plot{{p}})
}

// drawPatterns has bars for one entry and a hundred, for hot origins and for cold ones.
func (rep *report) drawPatterns(path string) error {
	p := newChart("regular expressions and exact origins")
	var labels []string
	values := make([]plotter.Values, 3)
	shown := []string{"hot", "cold", "cold alike"}
	for _, row := range rep.patterns {
		labels = append(labels, row.name)
		for i, request := range shown {
			values[i] = append(values[i], row.results[request].ns)
		}
	}
	if err := addBars(p, []string{"hot", "cold", "cold, alike"}, values, vg.Points(6)); err != nil {
		return err
	}
	p.NominalX(labels...)
	p.X.Tick.Label.Rotation = math.Pi / 6
	p.X.Tick.Label.XAlign, p.X.Tick.Label.YAlign = draw.XRight, draw.YCenter
	return save(path, 18*vg.Centimeter, 9*vg.Centimeter, [][]*plot.Plot{{p}})
}

func newChart(title string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = color.White
	p.Title.Text = title
	p.Title.TextStyle.Font.Size = vg.Points(9)
	p.Legend.Top, p.Legend.Left, p.Legend.XOffs = true, true, vg.Points(6)
	p.Legend.TextStyle.Font.Size = vg.Points(8)
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Tick.Label.Font.Size = vg.Points(8)
		axis.Label.TextStyle.Font.Size = vg.Points(8)
	}
	grid := plotter.NewGrid()
	grid.Vertical.Color = nil
	grid.Horizontal.Color = color.Gray{0xdd}
	p.Add(grid)
	return p
}

// addBars draws a group of bars for each index of values, as high as the logarithm: [plotter.BarChart] starts at 0, which
// a log scale does not have.
func addBars(p *plot.Plot, names []string, values []plotter.Values, width vg.Length) error {
	for i, v := range values {
		logs := make(plotter.Values, len(v))
		for j, x := range v {
			logs[j] = math.Log10(max(x, 1))
		}
		bars, err := plotter.NewBarChart(logs, width)
		if err != nil {
			return err
		}
		bars.Color, bars.LineStyle.Width = colors[i], 0
		bars.Offset = width * vg.Length(float64(i)-float64(len(values)-1)/2)
		p.Add(bars)
		p.Legend.Add(names[i], bars)
	}
	p.Y.Min = 0
	p.Y.Tick.Marker = plot.TickerFunc(func(low, high float64) (ticks []plot.Tick) {
		for x := math.Ceil(low); x <= high; x++ {
			ticks = append(ticks, plot.Tick{Value: x, Label: tick(math.Pow(10, x))})
		}
		return ticks
	})
	return nil
}

// decades has a tick for each power of ten.
func decades(label func(float64) string) plot.TickerFunc {
	return func(low, high float64) (ticks []plot.Tick) {
		for x := math.Pow(10, math.Ceil(math.Log10(low)-1e-9)); x <= high*1.001; x *= 10 {
			ticks = append(ticks, plot.Tick{Value: x, Label: label(x)})
		}
		return ticks
	}
}

// tick is a power of ten, in nanoseconds, as short as can be.
func tick(ns float64) string { return time.Duration(math.Round(ns)).String() }

// short is a power of ten in few characters.
func short(n int) string {
	switch {
	case n >= 1_000_000:
		return fmt.Sprintf("%dM", n/1_000_000)
	case n >= 1_000:
		return fmt.Sprintf("%dk", n/1_000)
	}
	return fmt.Sprint(n)
}

// save writes rows of panels of equal size.
func save(path string, width, height vg.Length, panels [][]*plot.Plot) (err error) {
	canvas := vgsvg.New(width, height)
	tiles := draw.Tiles{Rows: len(panels), Cols: len(panels[0]), PadX: vg.Millimeter * 3, PadY: vg.Millimeter * 3,
		PadTop: vg.Millimeter * 2, PadBottom: vg.Millimeter * 2, PadLeft: vg.Millimeter * 2, PadRight: vg.Millimeter * 3}
	ground := draw.New(canvas)
	ground.FillPolygon(color.White, []vg.Point{{}, {X: width}, {X: width, Y: height}, {Y: height}})
	for i, row := range plot.Align(panels, tiles, ground) {
		for j, c := range row {
			panels[i][j].Draw(c)
		}
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if _, err := canvas.WriteTo(f); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
