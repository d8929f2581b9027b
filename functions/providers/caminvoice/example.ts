import { canonicalDigest } from "../../inbox/canonical.ts";
import type { Example } from "../../provider.ts";

const document_id = "df5dcf78-e78b-4396-87bb-2d2a44c1302e";
const endpoint_id = "KHUID000001";

const accepted = {
	type: "DOCUMENT.ACCEPTED",
	document_id,
	endpoint_id,
	status: "ACCEPTED",
};

export default {
	settings: {},
	headers: {},
	deliveries: [
		{
			title: "a document reached the customer",
			body: { type: "DOCUMENT.DELIVERED", document_id, endpoint_id },
			event: { type: "caminvoice.document.delivered", subject: document_id },
		},
		{
			title: "a document came in",
			body: { type: "DOCUMENT.RECEIVED", document_id, endpoint_id },
			event: { type: "caminvoice.document.received", subject: document_id },
		},
		{
			title: "the customer accepted a document",
			body: {
				type: "DOCUMENT.STATUS_UPDATED",
				document_id,
				endpoint_id,
				status: "ACCEPTED",
			},
			event: {
				type: "caminvoice.document.status_updated",
				subject: document_id,
			},
		},
		{
			title: "a member disconnected",
			body: { type: "ENTITY.REVOKED", endpoint_id },
			event: { type: "caminvoice.entity.revoked", subject: endpoint_id },
		},
		{
			title: "an event that only third parties know",
			body: accepted,
			event: {
				type: "caminvoice.unrecognized",
				subject: canonicalDigest(JSON.stringify(accepted)),
			},
		},
	],
} satisfies Example;
