message=$(jq --null-input --arg text "${text}" --arg run "${run}" '{
  type: "message",
  attachments: [{
    contentType: "application/vnd.microsoft.card.adaptive",
    content: {
      type: "AdaptiveCard", version: "1.4",
      body: [{type: "TextBlock", wrap: true, text: $text}],
      actions: [{type: "Action.OpenUrl", title: "The run", url: $run}]
    }
  }]
}')
