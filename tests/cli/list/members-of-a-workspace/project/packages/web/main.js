console.log(require('a') + ', ' + require('ui') + ', ' + require('other'))
