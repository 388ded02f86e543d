/** HTML character references, as Python's html.unescape reads them; names of HTML 4 and of ASCII signs. */
import { WINDOWS_1252 } from './windows-1252.ts'

/** Names that browsers read without a semicolon too, with their code points in hexadecimal. */
const BARE_NAMES = readTable(
  'AElig:c6 AMP:26 Aacute:c1 Acirc:c2 Agrave:c0 Aring:c5 Atilde:c3 Auml:c4 COPY:a9 Ccedil:c7 ETH:d0 Eacute:c9 Ecirc:ca Egrave:c8 Euml:cb GT:3e Iacute:cd ' +
  'Icirc:ce Igrave:cc Iuml:cf LT:3c Ntilde:d1 Oacute:d3 Ocirc:d4 Ograve:d2 Oslash:d8 Otilde:d5 Ouml:d6 QUOT:22 REG:ae THORN:de Uacute:da Ucirc:db ' +
  'Ugrave:d9 Uuml:dc Yacute:dd aacute:e1 acirc:e2 acute:b4 aelig:e6 agrave:e0 amp:26 aring:e5 atilde:e3 auml:e4 brvbar:a6 ccedil:e7 cedil:b8 cent:a2 ' +
  'copy:a9 curren:a4 deg:b0 divide:f7 eacute:e9 ecirc:ea egrave:e8 eth:f0 euml:eb frac12:bd frac14:bc frac34:be gt:3e iacute:ed icirc:ee iexcl:a1 ' +
  'igrave:ec iquest:bf iuml:ef laquo:ab lt:3c macr:af micro:b5 middot:b7 nbsp:a0 not:ac ntilde:f1 oacute:f3 ocirc:f4 ograve:f2 ordf:aa ordm:ba oslash:f8 ' +
  'otilde:f5 ouml:f6 para:b6 plusmn:b1 pound:a3 quot:22 raquo:bb reg:ae sect:a7 shy:ad sup1:b9 sup2:b2 sup3:b3 szlig:df thorn:fe times:d7 uacute:fa ' +
  'ucirc:fb ugrave:f9 uml:a8 uuml:fc yacute:fd yen:a5 yuml:ff ' +
  '',
)
const NAMES = readTable(
  'OElig:152 oelig:153 Scaron:160 scaron:161 Yuml:178 fnof:192 circ:2c6 tilde:2dc Alpha:391 Beta:392 Gamma:393 Delta:394 Epsilon:395 Zeta:396 Eta:397 ' +
  'Theta:398 Iota:399 Kappa:39a Lambda:39b Mu:39c Nu:39d Xi:39e Omicron:39f Pi:3a0 Rho:3a1 Sigma:3a3 Tau:3a4 Upsilon:3a5 Phi:3a6 Chi:3a7 Psi:3a8 ' +
  'Omega:3a9 alpha:3b1 beta:3b2 gamma:3b3 delta:3b4 epsilon:3b5 zeta:3b6 eta:3b7 theta:3b8 iota:3b9 kappa:3ba lambda:3bb mu:3bc nu:3bd xi:3be omicron:3bf ' +
  'pi:3c0 rho:3c1 sigmaf:3c2 sigma:3c3 tau:3c4 upsilon:3c5 phi:3c6 chi:3c7 psi:3c8 omega:3c9 thetasym:3d1 upsih:3d2 piv:3d6 ensp:2002 emsp:2003 ' +
  'thinsp:2009 zwnj:200c zwj:200d lrm:200e rlm:200f ndash:2013 mdash:2014 lsquo:2018 rsquo:2019 sbquo:201a ldquo:201c rdquo:201d bdquo:201e dagger:2020 ' +
  'Dagger:2021 bull:2022 hellip:2026 permil:2030 prime:2032 Prime:2033 lsaquo:2039 rsaquo:203a oline:203e frasl:2044 euro:20ac image:2111 weierp:2118 ' +
  'real:211c trade:2122 alefsym:2135 larr:2190 uarr:2191 rarr:2192 darr:2193 harr:2194 crarr:21b5 lArr:21d0 uArr:21d1 rArr:21d2 dArr:21d3 hArr:21d4 ' +
  'forall:2200 part:2202 exist:2203 empty:2205 nabla:2207 isin:2208 notin:2209 ni:220b prod:220f sum:2211 minus:2212 lowast:2217 radic:221a prop:221d ' +
  'infin:221e ang:2220 and:2227 or:2228 cap:2229 cup:222a int:222b there4:2234 sim:223c cong:2245 asymp:2248 ne:2260 equiv:2261 le:2264 ge:2265 sub:2282 ' +
  'sup:2283 nsub:2284 sube:2286 supe:2287 oplus:2295 otimes:2297 perp:22a5 sdot:22c5 lceil:2308 rceil:2309 lfloor:230a rfloor:230b lang:2329 rang:232a ' +
  'loz:25ca spades:2660 clubs:2663 hearts:2665 diams:2666 apos:27 NewLine:a Tab:9 excl:21 num:23 dollar:24 percnt:25 lpar:28 rpar:29 ast:2a plus:2b ' +
  'comma:2c period:2e sol:2f colon:3a semi:3b equals:3d quest:3f commat:40 lsqb:5b bsol:5c rsqb:5d lowbar:5f lcub:7b lbrace:7b rcub:7d rbrace:7d ' +
  'verbar:7c grave:60 Hat:5e ' +
  '',
)

const REFERENCE = /&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)/g

/** Replaces references by the characters that they stand for; what is no reference stays as it is. */
export function unescapeHtml(text: string): string {
  return text.replaceAll(REFERENCE, (whole, body: string) => (body.startsWith('#') ? numericReference(body) : namedReference(whole, body)))
}

function numericReference(body: string): string {
  const digits = body.replace(/;$/, '')
  const code = /^#x/i.test(digits) ? Number.parseInt(digits.slice(2), 16) : Number.parseInt(digits.slice(1), 10)
  if (code >= 0x80 && code <= 0x9f) return WINDOWS_1252[code - 0x80] ?? String.fromCharCode(code)
  if (code === 0 || (code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return '\ufffd'
  return isForbidden(code) ? '' : String.fromCodePoint(code)
}

function namedReference(whole: string, body: string): string {
  const exact = body.endsWith(';') ? BARE_NAMES.get(body.slice(0, -1)) ?? NAMES.get(body.slice(0, -1)) : BARE_NAMES.get(body)
  if (exact !== undefined) return exact
  for (let length = body.length - 1; length > 1; length--) {
    const bare = BARE_NAMES.get(body.slice(0, length))
    if (bare !== undefined) return bare + body.slice(length)
  }
  return whole
}

/** Controls and noncharacters vanish. */
function isForbidden(code: number): boolean {
  return (code <= 0x1f && code !== 0x09 && code !== 0x0a && code !== 0x0c && code !== 0x0d)
    || code === 0x7f || (code >= 0xfdd0 && code <= 0xfdef) || (code & 0xfffe) === 0xfffe
}

function readTable(text: string): ReadonlyMap<string, string> {
  return new Map(text.trim().split(' ').map((row) => {
    const [name, code] = row.split(':') as [string, string]
    return [name, String.fromCodePoint(Number.parseInt(code, 16))]
  }))
}
