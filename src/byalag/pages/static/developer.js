// What developers' pages gain from scripts: code is copied, and a call is made from the page itself.
// Without this file the form asks the server, which makes the same call.

class Copy extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!button || !navigator.clipboard) return;
    button.hidden = false;
    const said = button.innerHTML;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.querySelector("code").textContent);
      button.textContent = this.dataset.copied;
      setTimeout(() => (button.innerHTML = said), 2000);
    });
  }
}

const element = (name, text, attributes = {}) => {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
};

const pretty = (text, type) => {
  if (!/json/.test(type)) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

class Try extends HTMLElement {
  connectedCallback() {
    const key = this.querySelector(".scripted");
    if (key) key.hidden = false;
    this.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask();
    });
  }

  address() {
    let path = this.dataset.path;
    const query = new URLSearchParams();
    for (const field of this.querySelectorAll("[data-where]")) {
      const name = field.name.slice(2);
      if (field.dataset.where === "path") path = path.replace(`{${name}}`, encodeURIComponent(field.value.trim()));
      else if (field.value.trim()) query.append(name, field.value.trim());
    }
    return `${this.dataset.root}${path}${query.size ? `?${query}` : ""}`;
  }

  async ask() {
    const address = this.address();
    const key = this.querySelector("#try-key").value.trim();
    const place = this.querySelector(".answer");
    const began = performance.now();
    try {
      const answer = await fetch(address, { headers: key ? { Authorization: `Bearer ${key}` } : {}, credentials: "omit" });
      const text = await answer.text();
      this.show(place, address, key, answer, text, performance.now() - began);
    } catch {
      place.replaceChildren(element("p", this.dataset.failed, { class: "verdict ill" }));
    }
  }

  show(place, address, key, answer, text, milliseconds) {
    const said = this.dataset.answered
      .replace("{status}", answer.status)
      .replace("{milliseconds}", milliseconds.toFixed(0));
    const whole = new URL(address, location.href).href.replaceAll("'", "%27");
    const bearer = key ? '-H "Authorization: Bearer $KEY" ' : "";
    const headers = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    const shown = pretty(text.slice(0, 262144), answer.headers.get("content-type") ?? "");
    const region = (value, label) => {
      const box = element("pre", "", { tabindex: 0, role: "region", "aria-label": label });
      box.append(element("code", value));
      return box;
    };
    place.replaceChildren(
      element("p", said, { class: answer.ok ? "verdict" : "verdict ill" }),
      region(`curl ${bearer}'${whole}'`, "curl"),
      region(headers, "HTTP"),
      region(shown, answer.headers.get("content-type") ?? "text"),
    );
  }
}

customElements.define("by-copy", Copy);
customElements.define("by-try", Try);
