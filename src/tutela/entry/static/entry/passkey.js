// Tell in the page when a passkey did not work, instead of in the console; take the passkey button away
// where the browser knows no passkeys. The ceremony itself is the sign-in library's script.
const alert = document.querySelector("[data-passkey-error]");
const button = document.getElementById("passkey-button");

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  if (alert) {
    alert.hidden = false;
  }
});

button?.addEventListener("click", () => {
  if (alert) {
    alert.hidden = true;
  }
});

if (button && !window.PublicKeyCredential) {
  button.disabled = true;
  if (alert) {
    alert.hidden = false;
  }
}
