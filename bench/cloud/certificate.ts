import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** A key and a certificate for 127.0.0.1 that only this run trusts. */
export function makeCertificate(): { key: string; certificate: string } {
	const { privateKey, publicKey } = generateKeyPairSync("ec", {
		namedCurve: "prime256v1",
	});
	const name = sequence(
		node(0x31, sequence(oid("550403"), node(0x0c, Buffer.from("bench")))),
	);
	const body = sequence(
		node(0xa0, integer(Buffer.of(2))),
		integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
		ecdsaWithSha256,
		name,
		sequence(utcTime(-day), utcTime(day)),
		name,
		publicKey.export({ type: "spki", format: "der" }),
		node(0xa3, sequence(authority, forLoopback)),
	);
	const signature = sign("sha256", body, privateKey);
	return {
		key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
		certificate: pem(sequence(body, ecdsaWithSha256, bits(signature))),
	};
}

const day = 86_400_000;
const ecdsaWithSha256 = sequence(oid("2a8648ce3d040302"));
// it signs itself, so it must be an authority
const authority = sequence(
	oid("551d13"),
	node(0x01, Buffer.of(0xff)),
	octets(sequence(node(0x01, Buffer.of(0xff)))),
);
const forLoopback = sequence(
	oid("551d11"),
	octets(sequence(node(0x87, Buffer.of(127, 0, 0, 1)))),
);

function node(tag: number, ...content: Buffer[]): Buffer {
	const whole = Buffer.concat(content);
	const { length } = whole;
	const size =
		length < 0x80
			? [length]
			: length < 0x100
				? [0x81, length]
				: [0x82, length >> 8, length & 0xff];
	return Buffer.concat([Buffer.of(tag, ...size), whole]);
}

function sequence(...content: Buffer[]): Buffer {
	return node(0x30, ...content);
}

function integer(value: Buffer): Buffer {
	return node(0x02, value);
}

function oid(hex: string): Buffer {
	return node(0x06, Buffer.from(hex, "hex"));
}

function octets(value: Buffer): Buffer {
	return node(0x04, value);
}

function bits(value: Buffer): Buffer {
	return node(0x03, Buffer.of(0), value);
}

function utcTime(fromNow: number): Buffer {
	const text = new Date(Date.now() + fromNow).toISOString();
	return node(
		0x17,
		Buffer.from(`${text.slice(2, 19).replaceAll(/[-:T]/g, "")}Z`),
	);
}

function pem(der: Buffer): string {
	const lines = der.toString("base64").replaceAll(/.{64}/g, "$&\n");
	return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
