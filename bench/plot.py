"""Plots of series as SVG, both axes logarithmic."""
import math

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 70, 150, 40, 50
COLORS = ['#1f6fb4', '#d1495b', '#3a8f5a', '#8a5aa8', '#b8860b']


def decades(low, high):
    first = math.floor(math.log10(low))
    last = math.ceil(math.log10(high))
    return first, max(last, first + 1)


def tick(exponent):
    names = {3: 'k', 6: 'M', 9: 'G'}
    for power in (9, 6, 3):
        if exponent >= power:
            return f'{10 ** (exponent - power)}{names[power]}'
    return f'{10.0 ** exponent:g}'


def text(x, y, words, anchor='middle', extra=''):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{extra}>'
            f'{words}</text>')


def plot(title, x_name, y_name, series):
    """`series`: {name: [(x, y), ...]}, all positive."""
    xs = [x for points in series.values() for x, _ in points]
    ys = [y for points in series.values() for _, y in points]
    x0, x1 = decades(min(xs), max(xs))
    y0, y1 = decades(min(ys), max(ys))
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM

    def place(x, y):
        return (LEFT + (math.log10(x) - x0) / (x1 - x0) * (right - LEFT),
                bottom - (math.log10(y) - y0) / (y1 - y0) * (bottom - TOP))

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" '
           f'height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
           'font-family="sans-serif" font-size="12">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
           text(LEFT, 22, title, 'start', ' font-size="15"')]
    for e in range(x0, x1 + 1):
        x, _ = place(10.0 ** e, 10.0 ** y0)
        out.append(f'<path d="M{x:.1f} {TOP}V{bottom}" stroke="#ddd"/>')
        out.append(text(x, bottom + 18, tick(e)))
    for e in range(y0, y1 + 1):
        _, y = place(10.0 ** x0, 10.0 ** e)
        out.append(f'<path d="M{LEFT} {y:.1f}H{right}" stroke="#ddd"/>')
        out.append(text(LEFT - 8, y + 4, tick(e), 'end'))
    out.append(text((LEFT + right) / 2, HEIGHT - 12, x_name))
    middle = (TOP + bottom) / 2
    out.append(text(18, middle, y_name, 'middle',
                    f' transform="rotate(-90 18 {middle:.1f})"'))
    for i, (name, points) in enumerate(series.items()):
        color = COLORS[i % len(COLORS)]
        places = [place(x, y) for x, y in sorted(points)]
        line = 'L'.join(f'{x:.1f} {y:.1f}' for x, y in places)
        out.append(f'<path d="M{line}" fill="none" stroke="{color}" '
                   'stroke-width="2"/>')
        for x, y in places:
            out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" '
                       f'fill="{color}"/>')
        out.append(text(right + 12, TOP + 14 + 20 * i, name, 'start',
                        f' fill="{color}"'))
    out.append('</svg>')
    return '\n'.join(out) + '\n'
