/** Words that carry no picture: a pack that lacks them loses nothing, so they are never reported as unknown. */

const ENGLISH = `a an the and or but nor so yet of in on at by to from with without into onto over under as is are was were be been being am
it its this that these those there here he she they them his her their him i we you my your our me us do does did has have had
while when where who which what whose if then than very too also just not no one some any each all both`

const PORTUGUESE = `o a os as um uma uns umas e ou mas de do da dos das em no na nos nas num numa por pelo pela pelos pelas para pra com sem
ao aos que se é são está estão foi era ser estar há tem têm muito muita mais seu sua seus suas ele ela eles elas este esta esse essa
isto isso aquele aquela como quando onde também`

const CHINESE = '的 了 着 过 在 和 与 及 是 有 个 一个 一只 一辆 一位 一名 一条 一座 一栋 一棵 一艘 一 这 那 里 中 上 下 地 得 又 也 都 很 正在 正 着的 它 他 她 们 时 时候 时分 当'

/** Of English and Portuguese. */
export const STOP_WORDS: ReadonlySet<string> = new Set(`${ENGLISH} ${PORTUGUESE}`.split(/\s+/))
/** Of Chinese, which is written without spaces. */
export const HAN_STOP_WORDS: ReadonlySet<string> = new Set(CHINESE.split(' '))
