// Comptoir's webhooks for Vendure 3: its core sends none, its EventBus tells everything. Copy this file beside
// vendure-config.js, add `plugins: [ComptoirWebhooks, ...]`, and start the server with COMPTOIR_WEBHOOK_URL and
// COMPTOIR_WEBHOOK_SECRET (Comptoir's page of the connection shows the address). Each call is signed over its very
// bytes, names the orders it is about, and is tried six times within ten minutes, as long as the server runs: what is
// lost with it is read by the nightly sweep.
const crypto = require('crypto');
const {
  VendurePlugin, PluginCommonModule, EventBus, TransactionalConnection, Fulfillment,
  OrderStateTransitionEvent, RefundStateTransitionEvent, FulfillmentStateTransitionEvent,
} = require('@vendure/core');

const PAUSES = [0, 2, 10, 60, 180, 360]; // seconds

class ComptoirWebhooks {
  constructor(bus, connection) { this.bus = bus; this.connection = connection; }

  onApplicationBootstrap() {
    this.url = process.env.COMPTOIR_WEBHOOK_URL;
    this.secret = process.env.COMPTOIR_WEBHOOK_SECRET;
    if (!this.url || !this.secret) return;
    this.bus.ofType(OrderStateTransitionEvent).subscribe((e) => {
      if (e.order.orderPlacedAt || e.toState === 'PaymentSettled' || e.toState === 'PaymentAuthorized') this.send(`order.${e.toState}`, { ...named(e.order), from: e.fromState });
    });
    this.bus.ofType(FulfillmentStateTransitionEvent).subscribe(async (e) => {
      const parcel = await this.connection.getEntityOrThrow(e.ctx, Fulfillment, e.fulfillment.id, { relations: ['orders'] });
      for (const order of parcel.orders) this.send(`fulfillment.${e.toState}`, { id: String(parcel.id), ...named(order) });
    });
    this.bus.ofType(RefundStateTransitionEvent).subscribe((e) => this.send(`refund.${e.toState}`, { id: String(e.refund.id), ...named(e.order) }));
  }

  // After the transaction of the event: what is read back is then what was told.
  async send(topic, data) {
    const body = JSON.stringify({ id: crypto.randomUUID(), topic, data });
    const signature = crypto.createHmac('sha256', this.secret).update(body).digest('base64');
    for (const pause of PAUSES) {
      await new Promise((done) => setTimeout(done, 300 + pause * 1000).unref());
      try {
        const answer = await fetch(this.url, { method: 'POST', body, headers: { 'content-type': 'application/json', 'x-vendure-signature': signature }, signal: AbortSignal.timeout(10_000) });
        if (answer.ok || (answer.status < 500 && answer.status !== 429)) return;
      } catch { /* tried again */ }
    }
  }
}
const named = (order) => ({ orderId: String(order.id), code: order.code });

Reflect.defineMetadata('design:paramtypes', [EventBus, TransactionalConnection], ComptoirWebhooks);
VendurePlugin({ imports: [PluginCommonModule], compatibility: '^3.0.0' })(ComptoirWebhooks);
module.exports = { ComptoirWebhooks };
