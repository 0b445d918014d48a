import { generateKeyPairSync, sign } from 'node:crypto';

/** A key and a self-signed certificate, as `https.createServer` takes them. */
export interface SelfSigned {
	key: string;
	cert: string;
}

/** Creates a self-signed certificate for localhost that is valid for a day. */
export function selfSigned(): SelfSigned {
	const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const body = sequence(
		der(0x02, Buffer.from([1])),
		ECDSA_WITH_SHA256,
		LOCALHOST,
		sequence(utcTime(Date.now() - DAY), utcTime(Date.now() + DAY)),
		LOCALHOST,
		publicKey.export({ type: 'spki', format: 'der' }),
	);
	const signature = sign('sha256', body, privateKey);
	const certificate = sequence(
		body,
		ECDSA_WITH_SHA256,
		// No bit of the last byte is unused.
		der(0x03, Buffer.concat([Buffer.from([0]), signature])),
	);
	return {
		key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
		cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`,
	};
}

const DAY = 24 * 3600 * 1000;
const ECDSA_WITH_SHA256 = sequence(der(0x06, Buffer.from('2a8648ce3d040302', 'hex')));
/** The name whose common name is localhost. */
const LOCALHOST = sequence(
	der(0x31, sequence(der(0x06, Buffer.from('550403', 'hex')), der(0x0c, Buffer.from('localhost')))),
);

function sequence(...parts: Buffer[]): Buffer {
	return der(0x30, Buffer.concat(parts));
}

/** `YYMMDDhhmmssZ` */
function utcTime(milliseconds: number): Buffer {
	const digits = new Date(milliseconds).toISOString().replace(/\D/g, '').slice(2, 14);
	return der(0x17, Buffer.from(`${digits}Z`));
}

/** A value in DER: its tag, its length, its bytes. */
function der(tag: number, value: Buffer): Buffer {
	const { length } = value;
	const header = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff];
	return Buffer.concat([Buffer.from(header), value]);
}
