"use strict";
// stands in for aws-lambda-ric's native client, which would have to be compiled; like it, loads nothing but a socket

const { connect } = require("node:net");

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const runtime = "/2018-06-01/runtime/invocation";

function exchange(method, path, body = "", more = "") {
	return new Promise((resolve, reject) => {
		const socket = connect(Number(port), host);
		let answer = "";
		socket.setEncoding("utf8");
		socket.on("data", (chunk) => {
			answer += chunk;
		});
		socket.on("end", () => resolve(answer));
		socket.on("error", reject);
		socket.write(
			`${method} ${runtime}${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${more}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
		);
	});
}

module.exports = {
	async next() {
		const [head, bodyJson] = split(await exchange("GET", "/next"), "\r\n\r\n");
		const lines = head.split("\r\n").slice(1);
		const headers = Object.fromEntries(
			lines.map((line) => {
				const [name, value] = split(line, ": ");
				return [name.toLowerCase(), value];
			}),
		);
		return { bodyJson, headers };
	},
	done(id, body) {
		const { user, system } = process.cpuUsage();
		exchange("POST", `/${id}/response`, body, `X-Cpu: ${user + system}\r\n`);
	},
	error(id, body) {
		exchange("POST", `/${id}/error`, body);
	},
};

function split(text, separator) {
	const at = text.indexOf(separator);
	return [text.slice(0, at), text.slice(at + separator.length)];
}
