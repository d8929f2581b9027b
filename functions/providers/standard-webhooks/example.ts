import type { Example } from "../../provider.ts";

export default {
	settings: {
		webhookSecret: "whsec_ZXhhbXBsZS1zZWNyZXQtb2Ytbm9ib2R5LWF0LWFsbA==",
	},
	headers: {},
	deliveries: [
		{
			title: "a contact was created",
			headers: { "webhook-id": "msg_1" },
			body: {
				type: "contact.created",
				timestamp: "2026-11-21T11:59:58.344522Z",
				data: { id: "contact-1", country: "KH" },
			},
			event: {
				type: "standard-webhooks.contact.created",
				subject: "contact-1",
			},
		},
		{
			title: "an invoice was paid, its fields beside the type",
			headers: { "webhook-id": "msg_2" },
			body: { type: "invoice.paid", number: "INV-1", amount: "12.50" },
			event: { type: "standard-webhooks.invoice.paid", subject: "msg_2" },
		},
		{
			title: "a body that does not say what it is",
			headers: { "webhook-id": "msg_3" },
			body: { note: "no type" },
			event: { type: "standard-webhooks.unrecognized", subject: "msg_3" },
		},
	],
} satisfies Example;
