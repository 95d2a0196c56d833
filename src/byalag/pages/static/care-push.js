// Lets this browser be told, or no more, from the page that a link opens. Without it the page is
// the same but for the offer.

class Push extends HTMLElement {
  async connectedCallback() {
    if (!("serviceWorker" in navigator && "PushManager" in window)) return;
    const offer = await fetch(this.dataset.at).catch(() => null);
    if (!offer?.ok) return;
    this.key = (await offer.json()).key;
    this.worker = await navigator.serviceWorker.register("/push-worker.js");
    this.button = this.querySelector("button");
    this.button.addEventListener("click", () => this.turn());
    await this.show();
    this.hidden = false;
  }

  async show(told = "") {
    const held = await this.worker.pushManager.getSubscription();
    this.button.textContent = held ? this.dataset.off : this.dataset.on;
    this.querySelector("[role=status]").textContent = told;
  }

  async turn() {
    const held = await this.worker.pushManager.getSubscription();
    try {
      await (held ? this.stop(held) : this.begin());
      await this.show(held ? this.dataset.ended : this.dataset.begun);
    } catch {
      await this.show(this.dataset.refused);
    }
  }

  async begin() {
    const asked = { userVisibleOnly: true, applicationServerKey: this.key };
    const made = await this.worker.pushManager.subscribe(asked);
    const { endpoint, keys } = made.toJSON();
    await this.say({ endpoint, p256dh: keys.p256dh, auth: keys.auth });
  }

  async stop(held) {
    await this.say({ endpoint: held.endpoint, stop: true });
    await held.unsubscribe();
  }

  async say(what) {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(this.dataset.at, { method: "POST", headers, body: JSON.stringify(what) });
    if (!answer.ok) throw new Error(answer.status);
  }
}

customElements.define("by-push", Push);
