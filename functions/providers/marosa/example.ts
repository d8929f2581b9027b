import type { Example } from "../../provider.ts";

const notification = {
	eventId: "f47ac10b-58cc-4372-a567-0e02b2c3d479",
	eventType: "DOCUMENT_STATUS_CHANGED",
	occurredAt: "2025-03-30T10:15:00Z",
	documentId: "INV-2025-00123",
	externalStatus: "APPROVED",
	currentStatus: "OK",
	flowDetail: "VERIFACTU",
};

const later = {
	...notification,
	eventId: "a3d9c1de-52b4-4b39-8d3f-9c0e1f2a3b44",
	eventType: "DOCUMENT_ARCHIVED",
};

export default {
	settings: { webhookApiKey: "example-api-key" },
	headers: { "x-api-key": "example-api-key" },
	deliveries: [
		{
			title: "a document was processed",
			body: notification,
			event: {
				type: "marosa.document.status_changed",
				subject: "INV-2025-00123",
			},
		},
		{
			title: "a document was registered, with no status outside yet",
			body: {
				...notification,
				eventId: "0f7c2a52-6c2f-4b0f-9a55-7e2d6a0c1b11",
				documentId: "INV-2025-00124",
				externalStatus: null,
				currentStatus: "CREATED",
			},
			event: {
				type: "marosa.document.status_changed",
				subject: "INV-2025-00124",
			},
		},
		{
			title: "an invoice was approved outside",
			body: {
				...notification,
				eventId: "6a1f0f4e-3d0b-4c58-8f0a-2f4f5e6d7c88",
				eventType: "INVOICE_STATUS_CHANGED",
			},
			event: {
				type: "marosa.invoice.status_changed",
				subject: "INV-2025-00123",
			},
		},
		{
			title: "an event of a later day",
			body: later,
			event: {
				type: "marosa.unrecognized",
				subject: later.documentId,
			},
		},
	],
} satisfies Example;
