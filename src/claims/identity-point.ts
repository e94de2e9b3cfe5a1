/**
 * Signatures by the identity point of Ed25519: a key for which anyone can sign. Go (crypto/ed25519) verifies with it as
 * with any other and OpenSSL 3.0 agrees, but OpenSSL 3.5 (Node 24) refuses the key. No operator has it, so nothing is
 * ever trusted for it; done here so that the verdict on a token does not depend on the version of Node.
 */

const P = 2n ** 255n - 19n;
/** The order of the base point; RFC 8032 section 5.1. */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
const SIGN_BIT = 1n << 255n;

/** Extended coordinates: x = X/Z, y = Y/Z, xy = T/Z. */
type Point = readonly [x: bigint, y: bigint, z: bigint, t: bigint];

const IDENTITY: Point = [0n, 1n, 1n, 0n];
const BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202n;
const BASE_Y = 46316835694926478169428394003475163141307993866256225615783033603165251855960n;
const BASE: Point = [BASE_X, BASE_Y, 1n, mod(BASE_X * BASE_Y)];

/** Whether these 32 bytes spell the identity point, canonically or not (y = 1 or p + 1, either sign). */
export function isIdentityPoint(key: Uint8Array): boolean {
  return mod(littleEndian(key) & (SIGN_BIT - 1n)) === 1n;
}

/** Verifies a signature of 64 bytes by the identity point: S < L, and R spells S times the base point. */
export function verifyByIdentityPoint(signature: Uint8Array): boolean {
  const scalar = littleEndian(signature.subarray(32));
  return scalar < L && littleEndian(signature.subarray(0, 32)) === encode(multiply(BASE, scalar));
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

function mod(value: bigint): bigint {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

/** Complete addition (RFC 8032 section 5.1.4), which doubles as well. */
function add([x1, y1, z1, t1]: Point, [x2, y2, z2, t2]: Point): Point {
  const a = mod((y1 - x1) * (y2 - x2));
  const b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * t1 * t2 * D);
  const d = mod(2n * z1 * z2);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function multiply(point: Point, scalar: bigint): Point {
  let [sum, power] = [IDENTITY, point];
  for (let rest = scalar; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) sum = add(sum, power);
    power = add(power, power);
  }
  return sum;
}

function encode([x, y, z]: Point): bigint {
  const inverse = power(z, P - 2n);
  const sign = mod(x * inverse) & 1n;
  return mod(y * inverse) | (sign === 1n ? SIGN_BIT : 0n);
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}
