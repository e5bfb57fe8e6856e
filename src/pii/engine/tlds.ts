// The top-level domains at which a bare name in prose is taken for a domain: the country codes and the generic ones in wide use.
// Endings that are also file names or code (js, py, rs, md, sh, cc, so ...) are left out on purpose.
import { at } from "./memory";

const GENERIC =
  " com org net edu gov mil int info biz name pro dev app io ai co online site shop store tech blog cloud xyz club live news agency email academy ";
const COUNTRY =
  " ac ad ae af ag al am ao ar at au az ba bb bd be bf bg bh bi bj bn bo br bs bw by bz ca cd cf ch ci ck cl cm cn co cr cu cv cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fr ga gb ge gf gg gh gi gl gm gn gr gt gy hk hn hr ht hu id ie il in iq ir is it je jo jp ke kg kh ki kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc me mg mk mm mn mo mq mr mt mu mv mw mx my mz na ne ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pr pt pw py qa re ro ru rw sa sb sc sd se sg si sk sl sm sn sr st su sv sy sz tc td tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vn vu ws ye za zm zw ";

function listed(list: string, s: u32, n: u32): bool {
  const p = changetype<usize>(list),
    total = <u32>list.length;
  let i: u32 = 0;
  while (i + 1 < total) {
    let k: u32 = 0;
    while (k < n && <u32>load<u16>(p + ((i + 1 + k) << 1)) == (at(s + k) | 0x20)) k++;
    if (k == n && load<u16>(p + ((i + 1 + n) << 1)) == 32) return true;
    do {
      i++;
    } while (i < total && load<u16>(p + (i << 1)) != 32);
  }
  return false;
}

/** Whether [s, e) is a top-level domain that may end a bare name. */
export function knownTld(s: u32, e: u32): bool {
  const n = e - s;
  if (n == 2) return (listed(COUNTRY, s, 2) && !ambiguous(s)) || listed(GENERIC, s, 2);
  return n <= 7 && listed(GENERIC, s, n);
}

/** Two letters that are words or file endings in running text. */
function ambiguous(s: u32): bool {
  const k = ((at(s) | 0x20) << 8) | (at(s + 1) | 0x20);
  return (
    k == 0x7079 ||
    k == 0x7368 ||
    k == 0x736f ||
    k == 0x6964 ||
    k == 0x646f ||
    k == 0x696e ||
    k == 0x6973 ||
    k == 0x746f ||
    k == 0x6e6f
  );
}
