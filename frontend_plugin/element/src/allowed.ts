/** What a rendered tree may hold, by the language it is written in. */

export type Language = 'html' | 'math' | 'svg';

export const NAMESPACES: Readonly<Record<Language, string>> = {
  html: 'http://www.w3.org/1999/xhtml',
  math: 'http://www.w3.org/1998/Math/MathML',
  svg: 'http://www.w3.org/2000/svg',
};

function list(words: string): ReadonlySet<string> {
  return new Set(words.trim().split(/\s+/));
}

/** No element that loads, runs, frames, asks or moves: no `use`, `image`, `animate`, `form`. */
export const TAGS: Readonly<Record<Language, ReadonlySet<string>>> = {
  html: list(`
    a abbr b bdi bdo br cite code del dfn em i ins kbd mark q s samp small span strong sub sup time
    u var wbr article aside blockquote dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr
    img input li ol p pre section summary ul caption col colgroup table tbody td tfoot th thead
    tr`),
  math: list(`
    math annotation maction menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom
    mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder
    munderover none semantics`),
  svg: list(`
    svg g defs desc title path rect circle ellipse line polyline polygon text tspan marker
    clipPath linearGradient radialGradient stop`),
};

export const EVERYWHERE = list('class dir id lang title role tabindex style translate');

export const ATTRIBUTES: Readonly<Record<Language, ReadonlySet<string>>> = {
  html: list(`
    href src alt width height loading align colspan rowspan scope start reversed value type checked
    disabled open datetime cite aria-label aria-hidden aria-describedby aria-labelledby`),
  math: list(`
    display displaystyle scriptlevel mathvariant mathcolor mathbackground mathsize accent
    accentunder columnalign columnlines columnspacing columnspan depth encoding fence form frame
    height largeop linethickness lspace maxsize minsize movablelimits notation rowalign rowlines
    rowspacing rowspan rspace separator stretchy symmetric voffset width aria-label alttext`),
  svg: list(`
    viewBox preserveAspectRatio width height x y x1 y1 x2 y2 dx dy cx cy r rx ry d points transform
    fill fill-opacity fill-rule clip-path clip-rule stroke stroke-width stroke-dasharray
    stroke-linecap stroke-linejoin stroke-opacity opacity offset stop-color stop-opacity
    marker-start marker-mid marker-end markerWidth markerHeight markerUnits orient refX refY
    gradientUnits gradientTransform font-family font-size font-style font-weight letter-spacing
    text-anchor dominant-baseline alignment-baseline paint-order pointer-events rotate textLength
    lengthAdjust aria-label aria-hidden aria-labelledby aria-describedby aria-roledescription
    focusable`),
};

export const STYLES = list(`
  color fill stroke stroke-width stroke-dasharray opacity font-family font-size font-style
  font-weight text-align text-anchor dominant-baseline max-width width height vertical-align
  padding-left padding-right border-left border-right border-top border-bottom`);
