// written by `npm run generate`
import caminvoice from "./providers/caminvoice/provider.ts";
import dealpos from "./providers/dealpos/provider.ts";
import finbox from "./providers/finbox/provider.ts";
import github from "./providers/github/provider.ts";
import marosa from "./providers/marosa/provider.ts";
import photon from "./providers/photon/provider.ts";
import standardWebhooks from "./providers/standard-webhooks/provider.ts";
import stripe from "./providers/stripe/provider.ts";

/** The schema of each event's `data`. */
export const schemas = {
	"caminvoice.document.delivered": caminvoice.events["document.delivered"],
	"caminvoice.document.received": caminvoice.events["document.received"],
	"caminvoice.document.status_updated":
		caminvoice.events["document.status_updated"],
	"caminvoice.entity.revoked": caminvoice.events["entity.revoked"],
	"caminvoice.unrecognized": caminvoice.events.unrecognized,
	"dealpos.adjustment.created": dealpos.events["adjustment.created"],
	"dealpos.adjustment.deleted": dealpos.events["adjustment.deleted"],
	"dealpos.adjustment.updated": dealpos.events["adjustment.updated"],
	"dealpos.bill-payment.created": dealpos.events["bill-payment.created"],
	"dealpos.bill-payment.deleted": dealpos.events["bill-payment.deleted"],
	"dealpos.bill-payment.updated": dealpos.events["bill-payment.updated"],
	"dealpos.bill.created": dealpos.events["bill.created"],
	"dealpos.bill.deleted": dealpos.events["bill.deleted"],
	"dealpos.bill.purchase-order-created":
		dealpos.events["bill.purchase-order-created"],
	"dealpos.bill.updated": dealpos.events["bill.updated"],
	"dealpos.customer.created": dealpos.events["customer.created"],
	"dealpos.customer.deleted": dealpos.events["customer.deleted"],
	"dealpos.customer.updated": dealpos.events["customer.updated"],
	"dealpos.inbound-logistic.complete":
		dealpos.events["inbound-logistic.complete"],
	"dealpos.inbound-logistic.created":
		dealpos.events["inbound-logistic.created"],
	"dealpos.inbound-logistic.deleted":
		dealpos.events["inbound-logistic.deleted"],
	"dealpos.inbound-logistic.updated":
		dealpos.events["inbound-logistic.updated"],
	"dealpos.invoice.created": dealpos.events["invoice.created"],
	"dealpos.invoice.deleted": dealpos.events["invoice.deleted"],
	"dealpos.invoice.erased": dealpos.events["invoice.erased"],
	"dealpos.invoice.restored": dealpos.events["invoice.restored"],
	"dealpos.invoice.updated": dealpos.events["invoice.updated"],
	"dealpos.outbound-logistic.complete":
		dealpos.events["outbound-logistic.complete"],
	"dealpos.outbound-logistic.created":
		dealpos.events["outbound-logistic.created"],
	"dealpos.outbound-logistic.deleted":
		dealpos.events["outbound-logistic.deleted"],
	"dealpos.outbound-logistic.updated":
		dealpos.events["outbound-logistic.updated"],
	"dealpos.outlet.created": dealpos.events["outlet.created"],
	"dealpos.outlet.deleted": dealpos.events["outlet.deleted"],
	"dealpos.outlet.updated": dealpos.events["outlet.updated"],
	"dealpos.payment.created": dealpos.events["payment.created"],
	"dealpos.payment.deleted": dealpos.events["payment.deleted"],
	"dealpos.payment.updated": dealpos.events["payment.updated"],
	"dealpos.payment.writeoff": dealpos.events["payment.writeoff"],
	"dealpos.product.created": dealpos.events["product.created"],
	"dealpos.product.deleted": dealpos.events["product.deleted"],
	"dealpos.product.updated": dealpos.events["product.updated"],
	"dealpos.product.variant-created": dealpos.events["product.variant-created"],
	"dealpos.product.variant-updated": dealpos.events["product.variant-updated"],
	"dealpos.shift.close-shift": dealpos.events["shift.close-shift"],
	"dealpos.shift.created": dealpos.events["shift.created"],
	"dealpos.shift.deleted": dealpos.events["shift.deleted"],
	"dealpos.shift.updated": dealpos.events["shift.updated"],
	"dealpos.supplier.created": dealpos.events["supplier.created"],
	"dealpos.supplier.deleted": dealpos.events["supplier.deleted"],
	"dealpos.supplier.updated": dealpos.events["supplier.updated"],
	"dealpos.transfer-order.created": dealpos.events["transfer-order.created"],
	"dealpos.transfer-order.deleted": dealpos.events["transfer-order.deleted"],
	"dealpos.transfer-order.updated": dealpos.events["transfer-order.updated"],
	"dealpos.unrecognized": dealpos.events.unrecognized,
	"finbox.extraction.completed": finbox.events["extraction.completed"],
	"finbox.extraction.failed": finbox.events["extraction.failed"],
	"finbox.session.enrichment": finbox.events["session.enrichment"],
	"finbox.session.expiry": finbox.events["session.expiry"],
	"finbox.session.requirement_completion":
		finbox.events["session.requirement_completion"],
	"finbox.unrecognized": finbox.events.unrecognized,
	"github.*": github.events["*"],
	"github.unrecognized": github.events.unrecognized,
	"marosa.document.status_changed": marosa.events["document.status_changed"],
	"marosa.invoice.status_changed": marosa.events["invoice.status_changed"],
	"marosa.unrecognized": marosa.events.unrecognized,
	"photon.document.processed": photon.events["document.processed"],
	"photon.unrecognized": photon.events.unrecognized,
	"standard-webhooks.*": standardWebhooks.events["*"],
	"standard-webhooks.unrecognized": standardWebhooks.events.unrecognized,
	"stripe.*": stripe.events["*"],
	"stripe.unrecognized": stripe.events.unrecognized,
};
